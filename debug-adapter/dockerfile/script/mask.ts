/**
 * A script as the grammar is given it, with all at the same offsets. It misreads many here-documents, often without an error:
 * their bodies are blank and `<<` is `<`. And it takes `[` for more than the name of a command, and fails at `[ -d / ]`.
 */

/** A here-document in a script. */
export interface Body {
  /** Offset of its `<<`. */
  readonly operator: number;
  /** The lines of the body, its terminator not included. */
  readonly start: number;
  readonly end: number;
  /** Behind the line of the terminator. */
  readonly after: number;
  /** Whether variables in it have their values. */
  readonly expand: boolean;
}

/** A script as long as before. */
export interface Masked {
  readonly text: string;
  readonly bodies: readonly Body[];
}

interface Pending {
  readonly operator: number;
  readonly end: number;
  readonly name: string;
  readonly expand: boolean;
  readonly chomp: boolean;
}

type Context = '"' | '`' | '(' | '((' | '{';

interface Reader {
  readonly text: string;
  position: number;
  readonly contexts: Context[];
  readonly pending: Pending[];
  readonly bodies: Body[];
  masked: string;
}

/** Undefined where it is not sure what is a here-document and what is not. */
export function mask(text: string): Masked | undefined {
  const masked = maskHereDocuments(text);
  return masked === undefined
    ? undefined
    : { ...masked, text: masked.text.replace(/(?<![^\s;&|(){}!])\[(?=\s)/g, ':') };
}

function maskHereDocuments(text: string): Masked | undefined {
  if (!text.includes('<<')) return { text, bodies: [] };
  const reader: Reader = { text, position: 0, contexts: [], pending: [], bodies: [], masked: text };
  while (reader.position < text.length) if (!readNext(reader)) return undefined;
  return reader.contexts.length > 0 || reader.pending.length > 0
    ? undefined
    : { text: reader.masked, bodies: reader.bodies };
}

const escaped = /\\[^]/y;
const singleQuoted = /'[^']*'/y;
const dollarQuoted = /\$'(?:[^'\\]|\\[^])*'/y;
const hereString = /<<</y;
const operator = /<<(-?)[ \t]*((?:[^\s;&|<>()'"\\`$]|\\.|'[^'\n]*'|"[^"\n]*")+)/y;

/** Takes what is at hand; false when it cannot be understood. */
function readNext(reader: Reader): boolean {
  const context = reader.contexts.at(-1);
  if (take(reader, escaped) !== undefined) return true;
  if (context === '"') return readQuoted(reader);
  if (take(reader, singleQuoted) !== undefined || take(reader, dollarQuoted) !== undefined) return true;
  if (context === '{' || context === '((') return readBraced(reader, context);
  return readCode(reader, context);
}

/** Between double quotes. */
function readQuoted(reader: Reader): boolean {
  // Whether a body begins at a line break between quotes, shells do not agree on.
  if (at(reader, '\n') && reader.pending.length > 0) return false;
  if (at(reader, '"')) return leave(reader, '"');
  return readExpansion(reader) || skip(reader);
}

/** Between `${` and `}`, and between `((` and `))`. */
function readBraced(reader: Reader, context: '{' | '(('): boolean {
  if (context === '{' && at(reader, '}')) return leave(reader, '}');
  if (context === '((' && at(reader, '))')) return leave(reader, '))');
  if (context === '((' && at(reader, '(')) return enter(reader, '(', '(');
  if (at(reader, '\n') && reader.pending.length > 0) return false;
  return readExpansion(reader) || skip(reader);
}

function readCode(reader: Reader, context: Context | undefined): boolean {
  if (at(reader, '\n')) return readBodies(reader);
  if (
    at(reader, '#') &&
    /(?:^|[\s;&|()])$/.test(reader.text.slice(Math.max(0, reader.position - 1), reader.position))
  ) {
    const end = reader.text.indexOf('\n', reader.position);
    reader.position = end < 0 ? reader.text.length : end;
    return true;
  }
  if (at(reader, ')')) return context === '(' ? leave(reader, ')') : skip(reader); // or the pattern of a case
  if (at(reader, '`') && context === '`') return leave(reader, '`');
  if (at(reader, '((')) return enter(reader, '((', '((');
  if (at(reader, '(')) return enter(reader, '(', '(');
  if (take(reader, hereString) !== undefined) return true;
  if (at(reader, '<<') && !reader.contexts.includes('((')) return readOperator(reader);
  return readExpansion(reader) || skip(reader);
}

/** What begins the same way in and outside quotes. */
function readExpansion(reader: Reader): boolean {
  if (at(reader, '$((')) return enter(reader, '$((', '((');
  if (at(reader, '$(')) return enter(reader, '$(', '(');
  if (at(reader, '${')) return enter(reader, '${', '{');
  if (at(reader, '`')) return enter(reader, '`', '`');
  return at(reader, '"') && enter(reader, '"', '"');
}

function readOperator(reader: Reader): boolean {
  const start = reader.position;
  const found = take(reader, operator);
  // The bodies of those in old-style substitutions have escapes of their own.
  if (found === undefined || reader.contexts.includes('`')) return false;
  const [whole, dash, word = ''] = found;
  const name = word.replace(/\\(.)|'([^']*)'|"([^"]*)"/g, '$1$2$3');
  const end = start + whole.length;
  reader.pending.push({ operator: start, end, name, expand: name === word, chomp: dash === '-' });
  // `< NAME`: a redirection like any other.
  reader.masked = `${reader.masked.slice(0, start + 1)}${' '.repeat(dash === '-' ? 2 : 1)}${reader.masked.slice(start + (dash === '-' ? 3 : 2))}`;
  return true;
}

/** At the end of a line: the bodies of all that were begun on it. */
function readBodies(reader: Reader): boolean {
  reader.position += 1;
  for (const { operator, name, expand, chomp } of reader.pending.splice(0)) {
    const start = reader.position;
    for (;;) {
      const lineStart = reader.position;
      if (lineStart >= reader.text.length) return false;
      const newline = reader.text.indexOf('\n', lineStart);
      const lineEnd = newline < 0 ? reader.text.length : newline;
      const line = reader.text.slice(lineStart, lineEnd);
      reader.position = newline < 0 ? lineEnd : newline + 1;
      if ((chomp ? line.replace(/^\t+/, '') : line) !== name) continue;
      reader.bodies.push({ operator, start, end: lineStart, after: reader.position, expand });
      blank(reader, start, reader.position);
      break;
    }
  }
  return true;
}

function blank(reader: Reader, start: number, end: number): void {
  const lines = reader.text.slice(start, end).replace(/[^\n]/g, ' ');
  reader.masked = reader.masked.slice(0, start) + lines + reader.masked.slice(end);
}

function at({ text, position }: Reader, what: string): boolean {
  return text.startsWith(what, position);
}

function take(reader: Reader, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = reader.position;
  const found = pattern.exec(reader.text);
  if (found === null) return undefined;
  reader.position += found[0].length;
  return found;
}

function skip(reader: Reader): true {
  reader.position += 1;
  return true;
}

function enter(reader: Reader, opening: string, context: Context): true {
  reader.contexts.push(context);
  reader.position += opening.length;
  return true;
}

function leave(reader: Reader, closing: string): true {
  reader.contexts.pop();
  reader.position += closing.length;
  return true;
}
