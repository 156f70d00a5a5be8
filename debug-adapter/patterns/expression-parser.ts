/** One step of an expression; see `translate` for what can come. */
export type Element =
  /** One character out of a set, or any number of them. */
  | { readonly kind: 'set'; readonly set: CharSet; readonly repeat: boolean }
  /** `.*`: anything but a line feed. */
  | { readonly kind: 'rest' }
  /** `(.*\/)?`: nothing, or anything that ends in a slash. */
  | { readonly kind: 'folders' }
  | { readonly kind: 'begin' }
  | { readonly kind: 'end' }
  | { readonly kind: 'boundary'; readonly negated: boolean }
  /** `{2}`, `{2,}`, `{2,3}` behind an element. */
  | { readonly kind: 'times'; readonly element: Element; readonly least: number; readonly most: number | undefined };

/** Characters by ranges of code points; `classes` are sources of JavaScript classes such as `\p{L}`. */
export interface CharSet {
  readonly negated: boolean;
  readonly ranges: readonly (readonly [low: number, high: number])[];
  readonly classes: readonly string[];
}

/** Reads an expression of Go's dialect into its alternatives (`|`); undefined when Go would refuse it. */
export function parseExpression(source: string): Element[][] | undefined {
  const reader: Reader = { chars: Array.from(source), at: 0 };
  const alternatives: Element[][] = [];
  try {
    do alternatives.push(readAlternative(reader));
    while (take(reader, '|'));
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
  return alternatives;
}

function readAlternative(reader: Reader): Element[] {
  const elements: Element[] = [];
  while (reader.at < reader.chars.length && reader.chars[reader.at] !== '|') {
    const times = readTimes(reader);
    if (times === undefined) {
      elements.push(...readElement(reader));
      continue;
    }
    const element = elements.pop();
    if (element === undefined || isRepetition(element)) throw new Refused();
    elements.push({ kind: 'times', element, ...times });
  }
  return elements;
}

function isRepetition(element: Element): boolean {
  return ['rest', 'folders', 'times'].includes(element.kind) || (element.kind === 'set' && element.repeat);
}

const mostRepetitions = 1000;

function readTimes(reader: Reader): { least: number; most: number | undefined } | undefined {
  if (reader.chars[reader.at] !== '{') return undefined;
  const number = '(0|[1-9][0-9]*)';
  const found = new RegExp(`^\\{${number}(?:(,)${number}?)?\\}`).exec(
    reader.chars.slice(reader.at, reader.at + 30).join(''),
  );
  if (found === null) return undefined;
  const [text, low, comma, high] = found;
  reader.at += text.length;
  const least = Number(low);
  const most = comma === undefined ? least : high === undefined ? undefined : Number(high);
  if (Math.max(least, most ?? 0) > mostRepetitions || (most !== undefined && most < least)) throw new Refused();
  return { least, most };
}

class Refused extends Error {}

interface Reader {
  readonly chars: readonly string[];
  at: number;
}

function take(reader: Reader, literal: string): boolean {
  const size = literal.length;
  const found = reader.chars.slice(reader.at, reader.at + size).join('') === literal;
  if (found) reader.at += size;
  return found;
}

function next(reader: Reader): string {
  const char = reader.chars[reader.at++];
  if (char === undefined) throw new Refused();
  return char;
}

function code(char: string): number {
  return char.codePointAt(0) ?? 0;
}

function literal(char: string): Element {
  return { kind: 'set', set: { negated: false, ranges: [[code(char), code(char)]], classes: [] }, repeat: false };
}

function readElement(reader: Reader): Element[] {
  if (take(reader, '(.*/)?')) return [{ kind: 'folders' }];
  if (take(reader, '.*')) return [{ kind: 'rest' }];
  const char = next(reader);
  switch (char) {
    case '^':
      return [{ kind: 'begin' }];
    case '$':
      return [{ kind: 'end' }];
    case '[': {
      const set = readSet(reader);
      return [{ kind: 'set', set, repeat: take(reader, '*') }];
    }
    case '\\':
      return readEscape(reader);
    default:
      return [literal(char)];
  }
}

function readEscape(reader: Reader): Element[] {
  if (take(reader, 'A')) return [{ kind: 'begin' }];
  if (take(reader, 'z')) return [{ kind: 'end' }];
  if (take(reader, 'b')) return [{ kind: 'boundary', negated: false }];
  if (take(reader, 'B')) return [{ kind: 'boundary', negated: true }];
  if (take(reader, 'Q')) {
    const quoted: Element[] = [];
    while (reader.at < reader.chars.length && !take(reader, '\\E')) quoted.push(literal(next(reader)));
    return quoted;
  }
  const named = readClass(reader);
  if (named !== undefined) {
    return [{ kind: 'set', set: { negated: false, ranges: [], classes: [named] }, repeat: false }];
  }
  return [literal(String.fromCodePoint(readEscapedCode(reader)))];
}

function readSet(reader: Reader): CharSet {
  const ranges: [number, number][] = [];
  const classes: string[] = [];
  const negated = take(reader, '^');
  for (let first = true; first || reader.chars[reader.at] !== ']'; first = false) {
    const posix = readPosixName(reader);
    if (posix !== undefined) {
      classes.push(posix);
      continue;
    }
    if (reader.chars[reader.at] === '\\') {
      reader.at++;
      const named = readClass(reader);
      if (named !== undefined) {
        classes.push(named);
        continue;
      }
      reader.at--;
    }
    const low = readSetCode(reader);
    let high = low;
    if (reader.chars[reader.at] === '-' && reader.chars[reader.at + 1] !== ']' && reader.at + 1 < reader.chars.length) {
      reader.at++;
      high = readSetCode(reader);
    }
    if (high < low) throw new Refused();
    ranges.push([low, high]);
  }
  reader.at++;
  return { negated, ranges, classes };
}

function readSetCode(reader: Reader): number {
  return take(reader, '\\') ? readEscapedCode(reader) : code(next(reader));
}

const posixClasses: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7f',
  blank: '\\t ',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

function readPosixName(reader: Reader): string | undefined {
  if (reader.chars[reader.at] !== '[' || reader.chars[reader.at + 1] !== ':') return undefined;
  const rest = reader.chars.slice(reader.at + 2).join('');
  const size = rest.indexOf(':]');
  if (size < 0) return undefined;
  const negated = rest.startsWith('^');
  const members = posixClasses[rest.slice(negated ? 1 : 0, size)];
  if (members === undefined) throw new Refused();
  reader.at += 2 + Array.from(rest.slice(0, size)).length + 2;
  return negated ? `[^${members}]` : `[${members}]`;
}

const perlClasses: Readonly<Record<string, string>> = {
  d: '[0-9]',
  D: '[^0-9]',
  s: '[\\t\\n\\f\\r ]',
  S: '[^\\t\\n\\f\\r ]',
  w: '[0-9A-Za-z_]',
  W: '[^0-9A-Za-z_]',
};

/** A class after a backslash: `d`, `pL`, `p{Greek}` …; undefined when there is none. */
function readClass(reader: Reader): string | undefined {
  const char = reader.chars[reader.at] ?? '';
  const perl = Object.hasOwn(perlClasses, char) ? perlClasses[char] : undefined;
  if (perl !== undefined) {
    reader.at++;
    return perl;
  }
  if (char !== 'p' && char !== 'P') return undefined;
  reader.at++;
  let name = next(reader);
  if (name === '{') {
    name = '';
    for (let part = next(reader); part !== '}'; part = next(reader)) name += part;
  }
  const inverted = name.startsWith('^');
  const sign = (char === 'P') !== inverted ? 'P' : 'p';
  const plain = inverted ? name.slice(1) : name;
  if (!/^\w+$/.test(plain)) throw new Refused();
  const known = [plain, `Script=${plain}`].find((property) => isProperty(property));
  if (known === undefined) throw new Refused();
  return `\\${sign}{${known}}`;
}

function isProperty(name: string): boolean {
  try {
    return new RegExp(`\\p{${name}}`, 'v').source !== '';
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

const controls: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** The code point of what stands after a backslash. */
function readEscapedCode(reader: Reader): number {
  const char = next(reader);
  const control = Object.hasOwn(controls, char) ? controls[char] : undefined;
  if (control !== undefined) return control;
  if (char === 'x') return readHex(reader);
  if (/^[0-7]$/.test(char)) {
    let digits = char;
    if (char !== '0' && !isOctal(reader)) throw new Refused();
    while (digits.length < 3 && isOctal(reader)) digits += next(reader);
    return Number.parseInt(digits, 8);
  }
  if (code(char) >= 0x80 || /^[0-9A-Za-z]$/.test(char)) throw new Refused();
  return code(char);
}

function isOctal(reader: Reader): boolean {
  return /^[0-7]$/.test(reader.chars[reader.at] ?? '');
}

function readHex(reader: Reader): number {
  let digits = '';
  if (take(reader, '{')) for (let part = next(reader); part !== '}'; part = next(reader)) digits += part;
  else digits = next(reader) + next(reader);
  const value = Number.parseInt(digits, 16);
  if (!/^[0-9A-Fa-f]{1,8}$/.test(digits) || value > 0x10ffff) throw new Refused();
  return value;
}
