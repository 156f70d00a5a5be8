/** Where records of builds are kept: one for each Dockerfile, target and engine, of the last build. */
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { digestOf } from '../../buildkit/digest.js';
import type { BuildSettings, Surroundings } from '../api.js';
import type { BuildRecord } from './record.js';

export interface Records {
  /** Of the last build that was kept; undefined for none. */
  read(): Promise<BuildRecord | undefined>;
  /** Does nothing where it cannot be kept: only the next build knows less. */
  keep(record: BuildRecord): Promise<void>;
}

/** What changes when the form of a record does. */
const VERSION = 1;
const oldMs = 30 * 24 * 60 * 60 * 1000;

/** Nothing is read yet. @param engine address of it */
export function createRecords(
  { env, homeDir }: Pick<Surroundings, 'env' | 'homeDir'>,
  { dockerfile, target, platforms }: Pick<BuildSettings, 'dockerfile' | 'target' | 'platforms'>,
  engine: string,
): Records {
  const wanted = env['XDG_CACHE_HOME'] ?? '';
  const folder = join(isAbsolute(wanted) ? wanted : join(homeDir, '.cache'), 'dockerfile-debugger', 'builds');
  const name = digestOf(Buffer.from(JSON.stringify([VERSION, engine, dockerfile, target, platforms])));
  const path = join(folder, `${name.slice('sha256:'.length)}.json`);
  return {
    async read() {
      try {
        const known: unknown = JSON.parse(await readFile(path, 'utf8'));
        return isRecord(known) ? known : undefined;
      } catch {
        return undefined;
      }
    },
    async keep(record) {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await replace(path, JSON.stringify(record));
        await removeOld(folder);
      } catch {
        // A read-only home.
      }
    },
  };
}

/** Written aside and renamed, so that two builds at once never read half of it. */
async function replace(path: string, text: string): Promise<void> {
  const aside = `${path}.${process.pid}`;
  try {
    await writeFile(aside, text, { mode: 0o600 });
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}

/** Of Dockerfiles that are not built any more. */
async function removeOld(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (Date.now() - (await stat(path)).mtimeMs > oldMs) await rm(path, { force: true });
  }
}

function isRecord(value: unknown): value is BuildRecord {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, 'text') === 'string' &&
    typeof Reflect.get(value, 'platforms') === 'object' &&
    Reflect.get(value, 'platforms') !== null
  );
}
