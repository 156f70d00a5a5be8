/** `--output -` and `dest=-`: the adapter's standard output belongs to the protocol, so a file stands in between. */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { words } from './command-line.js';
import { InputError } from './input.js';

/** Flags for the adapter, and what becomes of the result. */
export interface Output extends AsyncDisposable {
  readonly args: readonly string[];
  /** Standard output is for the result alone. */
  readonly taken: boolean;
  /** Writes the result of a finished build to standard output. */
  deliver(): Promise<void>;
}

/** Puts a private file in the place of standard output. */
export async function redirectOutput(args: readonly string[], stdout: Writable, isTerminal: boolean): Promise<Output> {
  const given = words(args);
  const wanted = given.filter(({ flag, value }) => isOutput(flag) && toStdout.test(value ?? ''));
  if (wanted.length === 0) {
    return { args, taken: false, deliver: () => Promise.resolve(), [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  if (wanted.some(({ value }) => /(?:^|,)tar=(?:0|f|false)(?:,|$)/i.test(value ?? '')))
    throw new InputError(
      'An OCI layout (tar=false) is a folder: it cannot go to standard output. Name one, e.g. dest=out.',
    );
  if (wanted.length > 1) throw new InputError('Only one --output can go to standard output.');
  if (isTerminal) throw new InputError('The result is not text: send standard output to a file, e.g. -o - . > out.tar');
  const folder = await mkdtemp(join(tmpdir(), 'dockerfile-debug-'));
  const file = join(folder, 'out');
  const redirected = given.flatMap(({ flag, value = '', raw }) =>
    isOutput(flag) && toStdout.test(value) ? ['--output', instead(value, file)] : raw,
  );
  return {
    args: redirected,
    taken: true,
    deliver: () => pipeline(createReadStream(file), stdout, { end: false }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

const toStdout = /^-$|(?:^|,)dest=-(?=,|$)/;

function isOutput(flag: string | undefined): boolean {
  return flag === '-o' || flag === '--output';
}

function instead(value: string, file: string): string {
  return value === '-' ? `type=tar,dest=${file}` : value.replace(toStdout, (found) => found.replace(/-$/, file));
}
