import type { Exporter } from '../../api.js';

/** An id travels in a header, which is ASCII: folders may be called anything. */
export function storeId(id: string): string {
  return encodeURI(id);
}

/** A cache as the engine is told of it, which makes the id of its folder's store from `src` or `dest`. */
export function cacheEntry({ type, attrs }: Exporter): {
  readonly Type: string;
  readonly Attrs: Record<string, string>;
} {
  if (type !== 'local') return { Type: type, Attrs: { ...attrs } };
  const encoded = Object.entries(attrs).map(
    ([name, value]) => [name, name === 'src' || name === 'dest' ? storeId(value) : value] as const,
  );
  return { Type: type, Attrs: Object.fromEntries(encoded) };
}
