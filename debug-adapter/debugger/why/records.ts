/** Where records of builds are kept: one for each Dockerfile, target and engine, of the last build. */
import { existsSync, statSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
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
/** So many are kept; of more the oldest go, some at a time: to look at each takes time. */
const MOST = 500;
const FEWER = 400;

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
        const isNew = !existsSync(path);
        if (isNew) await mkdir(folder, { recursive: true, mode: 0o700 });
        await replace(path, JSON.stringify(record));
        if (isNew) await removeOldest(folder);
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

/** Of Dockerfiles that were not built for the longest time. */
async function removeOldest(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.length <= MOST) return;
  const files = names.map((name) => ({ path: join(folder, name), at: statSync(join(folder, name)).mtimeMs }));
  const oldest = files.sort((a, b) => a.at - b.at).slice(0, names.length - FEWER);
  for (const { path } of oldest) await rm(path, { force: true });
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
