/** Variables in a file (`.env`), as https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/ has them. */
import { readFile } from 'node:fs/promises';
import { DefinitionError, type Variables } from '../definition.js';
import { interpolate } from './interpolate.js';

/** A line of the file: `NAME=VALUE`, `export NAME: VALUE`, or a NAME alone, which says nothing. */
const assignment = /[^\S\n]*(?:export[^\S\n]+)?([\w.[\]-]+)[^\S\n]*(?:([=:])[^\S\n]*|(?=\n|$))/y;
const nothing = /(?:\s+|#[^\n]*)+/y;
const literal = /'((?:[^'\\]|\\[^])*)'[^\n]*/y;
const quoted = /"((?:[^"\\]|\\[^])*)"[^\n]*/y;
const plain = /[^\n]*/y;

/** Text between quotes that stand for characters; what is no such sign stays as it is. */
const escapes: Readonly<Record<string, string>> = {
  ...{ '\\n': '\n', '\\r': '\r', '\\t': '\t', '\\f': '\f', '\\v': '\v', '\\a': '\x07', '\\b': '\b' },
  ...{ '\\"': '"', '\\\\': '\\', '\\$': '$$' },
};

/** What is set in the environment wins over what a file says, a later file over an earlier one. */
export async function withFiles(
  environment: Variables,
  paths: readonly string[],
  mayLack: boolean,
): Promise<Variables> {
  const found = new Map<string, string>();
  const variables: Variables = (name) => environment(name) ?? found.get(name);
  for (const path of paths)
    for (const [name, value] of await readVariables(path, variables, mayLack)) found.set(name, value);
  return variables;
}

async function readVariables(path: string, around: Variables, mayLack: boolean): Promise<ReadonlyMap<string, string>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (missing && mayLack) return new Map();
    const why = error instanceof Error ? error.message : String(error);
    throw new DefinitionError('compose-env-file', `The variables of ${path} cannot be read: ${why}`, '', undefined, {
      cause: error,
    });
  }
  return parseEnvFile(text, path, around);
}

/**
 * Reads the text of a file, or throws words with the line that says nothing one can use.
 *
 * @param path absolute, for the words
 * @param around variables that win over those of the file, also in its values
 */
export function parseEnvFile(text: string, path: string, around: Variables): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const variables: Variables = (name) => around(name) ?? found.get(name);
  const unix = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const reader = readerOf(unix);
  for (reader.take(nothing); !reader.isAtEnd(); reader.take(nothing)) {
    const line = reader.line();
    const fail = (what: string): never => {
      throw new DefinitionError('compose-env-file', `${path}: ${what}`, 'A line is NAME=VALUE, or # and words.', {
        path,
        line,
      });
    };
    const [, name, separator] = reader.take(assignment) ?? fail(`line ${line} sets no variable.`);
    if (name === undefined || separator === undefined) continue;
    const value = valueOf(reader, { variables, onUnset: () => undefined, fail });
    found.set(name, value);
  }
  return found;
}

interface Reader {
  readonly take: (pattern: RegExp) => RegExpExecArray | undefined;
  readonly next: () => string;
  readonly isAtEnd: () => boolean;
  /** From 1. */
  readonly line: () => number;
}

function readerOf(text: string): Reader {
  let at = 0;
  return {
    take(pattern) {
      pattern.lastIndex = at;
      const match = pattern.exec(text) ?? undefined;
      at += match?.[0].length ?? 0;
      return match;
    },
    next: () => text.charAt(at),
    isAtEnd: () => at >= text.length,
    line: () => text.slice(0, at).split('\n').length,
  };
}

function valueOf(reader: Reader, given: Parameters<typeof interpolate>[1]): string {
  const quote = reader.next();
  if (quote === "'") {
    const [, text = ''] = reader.take(literal) ?? given.fail(`the text after ' has no end.`);
    return text.replaceAll("\\'", "'");
  }
  if (quote === '"') {
    const [, text = ''] = reader.take(quoted) ?? given.fail('the text after " has no end.');
    return interpolate(
      text.replaceAll(/\\[^]/g, (sign) => escapes[sign] ?? sign),
      given,
    );
  }
  const [line = ''] = reader.take(plain) ?? [];
  // A comment has a space before it.
  return interpolate(line.replace(/ #.*$/, '').trimEnd(), given);
}
