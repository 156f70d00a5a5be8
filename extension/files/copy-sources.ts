import type { Dockerfile, Instruction } from '../../debug-adapter/dockerfile/model.js';

/**
 * The paths that COPY and ADD take from the build context, as far as they tell one folder from another: no variables,
 * nothing of other stages, URLs or heredocs, not the whole context; of a pattern the part before it.
 */
export function copySources(dockerfile: Dockerfile): readonly string[] {
  const sources = dockerfile.instructions.flatMap((instruction) =>
    takesFromContext(instruction) ? words(instruction).slice(0, -1).flatMap(telling) : [],
  );
  return [...new Set(sources)];
}

function takesFromContext({ keyword, flags }: Instruction): boolean {
  return (keyword === 'COPY' || keyword === 'ADD') && !flags.some(({ name }) => name === 'from');
}

function words({ json, args }: Instruction): readonly string[] {
  return json ?? args.split(/\s+/).filter((word) => word !== '');
}

function telling(source: string): readonly string[] {
  if (source.startsWith('<<') || source.includes('$') || /^[\w+.-]+:\/\/|^git@/.test(source)) {
    return [];
  }
  const plain = source.split('/').filter((part) => part !== '' && part !== '.');
  const pattern = plain.findIndex((part) => /[*?[\\]/.test(part));
  const path = (pattern === -1 ? plain : plain.slice(0, pattern)).join('/');
  return path === '' || plain.includes('..') ? [] : [path];
}
