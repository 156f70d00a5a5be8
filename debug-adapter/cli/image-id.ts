/** `--quiet`: the id of the image that was made is all that standard output gets, as docker does it. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { words } from './command-line.js';

/** Flags for the adapter, and where it writes the id. */
export interface ImageId extends AsyncDisposable {
  readonly args: readonly string[];
  /** Of a finished build; '' when it made no image. */
  read(): Promise<string>;
}

/** The file that the user wants the id in, or one of ours. */
export async function askForId(args: readonly string[], cwd: string): Promise<ImageId> {
  const own = words(args).findLast(({ flag }) => flag === '--iidfile')?.value;
  if (own !== undefined) {
    const read = (): Promise<string> => readFile(resolve(cwd, own), 'utf8');
    return { args, read, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const folder = await mkdtemp(join(tmpdir(), 'dockerfile-debug-'));
  const file = join(folder, 'id');
  return {
    args: ['--iidfile', file, ...args],
    read: () => readFile(file, 'utf8'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Words for who asks for an id where no image is made; '' where something else was asked for. */
export function withoutImage(args: readonly string[]): string {
  const outputs = ['--output', '-o', '--load', '--push'];
  const asked = words(args).some(({ flag }) => flag !== undefined && outputs.includes(flag));
  return asked ? '' : 'Nothing was exported, so there is no image id: add --load, --push or --output.\n';
}
