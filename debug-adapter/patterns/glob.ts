/** A pattern that the engine refuses too. */
export class PatternError extends Error {
  override readonly name = 'PatternError';

  /**
   * @param what the engine's words, e.g. `syntax error in pattern`
   * @param pattern as the engine got it
   * @param line of the ignore file, from 1, when it came from one
   */
  constructor(
    readonly what: string,
    readonly pattern: string,
    readonly line?: number,
  ) {
    super(`${what}: ${JSON.stringify(pattern)}${line === undefined ? '' : ` (line ${line})`}`);
  }
}

/** The engine's words for every malformed pattern. */
export const badPattern = 'syntax error in pattern';

/**
 * Whether a shell pattern (`*`, `?`, `[a-z]`, `\c`) names all of `name`; `*` and `?` never take a `/`.
 * Malformed patterns throw, but only where the engine looks: it stops at the first part that does not fit.
 * For Windows, where a backslash separates, replace it by `/` first.
 */
export function matchName(pattern: string, name: string): boolean {
  const parts = splitAtStars(Array.from(pattern));
  let rest = Array.from(name);
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    if (part.star && part.atoms.length === 0) return !rest.includes('/');
    const next = advance(part, rest, last, pattern);
    if (next === undefined) return false;
    rest = next;
  }
  return rest.length === 0;
}

interface Part {
  /** Any run of characters may come first. */
  readonly star: boolean;
  readonly atoms: readonly string[];
}

function splitAtStars(pattern: readonly string[]): Part[] {
  const parts: Part[] = [];
  let at = 0;
  while (at < pattern.length) {
    const begin = at;
    while (pattern[at] === '*') at++;
    const star = at > begin;
    const from = at;
    for (let inside = false; at < pattern.length; at++) {
      const char = pattern[at];
      if (char === '\\' && at + 1 < pattern.length) at++;
      else if (char === '[') inside = true;
      else if (char === ']') inside = false;
      else if (char === '*' && !inside) break;
    }
    parts.push({ star, atoms: pattern.slice(from, at) });
  }
  return parts;
}

function advance(part: Part, name: readonly string[], last: boolean, pattern: string): string[] | undefined {
  for (let skip = 0; skip <= name.length; skip++) {
    const rest = matchAtoms(part.atoms, name.slice(skip), pattern);
    if (rest !== undefined && (!last || rest.length === 0)) return rest;
    if (!part.star || name[skip] === '/') return undefined;
  }
  return undefined;
}

/** What is left of `name` behind the atoms; the atoms are checked to their end even when the name fits no more. */
function matchAtoms(atoms: readonly string[], name: readonly string[], pattern: string): string[] | undefined {
  let fits = true;
  let used = 0;
  for (let at = 0; at < atoms.length; ) {
    const char = name[used++];
    fits &&= char !== undefined;
    const atom = atoms[at];
    if (atom === '[') {
      const range = readClass(atoms, at + 1, pattern);
      at = range.end;
      fits &&= char !== undefined && range.contains(char);
    } else if (atom === '?') {
      at++;
      fits &&= char !== '/';
    } else {
      if (atom === '\\') at++;
      if (at >= atoms.length) throw new PatternError(badPattern, pattern);
      fits &&= char === atoms[at];
      at++;
    }
  }
  return fits ? name.slice(used) : undefined;
}

function readClass(
  atoms: readonly string[],
  begin: number,
  pattern: string,
): { end: number; contains: (char: string) => boolean } {
  const ranges: { low: number; high: number }[] = [];
  const negated = atoms[begin] === '^';
  let at = negated ? begin + 1 : begin;
  const one = (): number => {
    const char = atoms[at];
    if (char === undefined || char === '-' || char === ']') throw new PatternError(badPattern, pattern);
    if (char === '\\') at++;
    const code = atoms[at]?.codePointAt(0);
    at++;
    if (code === undefined || at >= atoms.length) throw new PatternError(badPattern, pattern);
    return code;
  };
  while (atoms[at] !== ']' || ranges.length === 0) {
    const low = one();
    let high = low;
    if (atoms[at] === '-') {
      at++;
      high = one();
    }
    ranges.push({ low, high });
  }
  const contains = (char: string): boolean => {
    const code = char.codePointAt(0) ?? -1;
    return ranges.some(({ low, high }) => low <= code && code <= high) !== negated;
  };
  return { end: at + 1, contains };
}
