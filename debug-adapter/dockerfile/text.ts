/** White space and lines as BuildKit (Go) understands them, which is not quite how JavaScript does. */

const spaces = new Set(
  '\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000',
);

/** `unicode.IsSpace` for one character. */
export function isSpace(character: string): boolean {
  return spaces.has(character);
}

/** `strings.TrimLeftFunc(text, unicode.IsSpace)`. */
export function trimStart(text: string): string {
  let start = 0;
  while (start < text.length && isSpace(text.charAt(start))) start += 1;
  return text.slice(start);
}

/** `strings.TrimSpace`. */
export function trim(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text.charAt(end - 1))) end -= 1;
  return trimStart(text.slice(0, end));
}

/** Drops all carriage returns and line feeds at the end. */
export function trimNewline(text: string): string {
  let end = text.length;
  while (end > 0 && (text.charAt(end - 1) === '\n' || text.charAt(end - 1) === '\r')) end -= 1;
  return text.slice(0, end);
}

/** Lines with their line endings; only `\n` ends a line. */
export function splitLines(text: string): string[] {
  const lines: string[] = [];
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline + 1;
    lines.push(text.slice(start, end));
    start = end;
  }
  return lines;
}

/** Splits at the first run of the blanks that separate words of an instruction. */
export function cut(text: string): { readonly head: string; readonly rest: string | undefined } {
  const match = /[\t\v\f\r ]+/.exec(text);
  if (match === null) return { head: text, rest: undefined };
  return { head: text.slice(0, match.index), rest: text.slice(match.index + match[0].length) };
}

/** Drops the byte order mark. */
export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/** Length of the text in UTF-8. */
export function byteLength(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
