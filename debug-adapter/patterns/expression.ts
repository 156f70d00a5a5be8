/**
 * The engine turns an ignore pattern into a regular expression of Go's dialect, character by character and without
 * looking at the context. Odd patterns get odd meanings by that (`[*]`, `\d`, `\Qa`), and they count: a file is in the
 * build or not. So the same is done here: `translate` gives the expression, expression-parser.ts reads it.
 */
export type Translation =
  | { readonly kind: 'exact' }
  | { readonly kind: 'prefix' }
  | { readonly kind: 'suffix' }
  | { readonly kind: 'expression'; readonly source: string };

// The engine means to escape `|{}` too, but loses those above `@`: they stay operators where there is a wildcard.
const toEscape = new Set('.+()$');

/** The cheapest test that a cleaned pattern needs, and its expression when nothing cheaper does. */
export function translate(pattern: string): Translation {
  const chars = Array.from(pattern.startsWith('\uFEFF') ? pattern.slice(1) : pattern);
  let source = '';
  let kind: Translation['kind'] = 'exact';
  let at = 0;
  for (let turn = 0; at < chars.length; turn++) {
    const char = chars[at++] ?? '';
    if (char === '*' && chars[at] === '*') {
      at += chars[at + 1] === '/' ? 2 : 1;
      const atEnd = at >= chars.length;
      source += atEnd ? '.*' : '(.*/)?';
      kind = turn === 0 ? 'suffix' : atEnd && kind === 'exact' ? 'prefix' : 'expression';
    } else if (char === '\\') {
      if (at < chars.length) kind = 'expression';
      source += `\\${chars[at++] ?? ''}`;
    } else {
      if ('*?[]'.includes(char)) kind = 'expression';
      source += char === '*' ? '[^/]*' : char === '?' ? '[^/]' : toEscape.has(char) ? `\\${char}` : char;
    }
  }
  return kind === 'expression' ? { kind, source: `^${source}$` } : { kind };
}
