/**
 * Starts a program with the compiled code that an earlier start kept: half of a start is V8 compiling the bundle.
 * Newer Nodes have this built in; for Node 20 it is done here. Without a place to keep it, it just starts.
 */
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { makeFolders } from './buildkit/make-folders.js';

const bundle = join(__dirname, 'program.js');
const oldMs = 30 * 24 * 60 * 60 * 1000;

/** A folder that only this user writes to, for what is kept in it is run. */
function cacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(base, 'dockerfile-debugger', 'code');
}

/** True when Node keeps compiled code by itself. */
function builtIn(): boolean {
  const enable: unknown = Reflect.get(Module, 'enableCompileCache');
  if (typeof enable !== 'function') return false;
  Reflect.apply(enable, Module, [cacheFolder()]);
  return true;
}

/** Names this very file, without reading it all: whatever writes to it changes its time, size or place. */
function keyOf(door: string): string {
  const { size, ino, ctimeMs, mtimeMs } = statSync(bundle);
  return [door, process.version, process.arch, size, ino, Math.floor(ctimeMs), Math.floor(mtimeMs)].join('-');
}

function readCache(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** Written aside and renamed, so that two starts at once never read half of it. */
function writeCache(path: string, script: Script): void {
  try {
    makeFolders(cacheFolder(), 0o700);
    const aside = `${path}.${process.pid}`;
    writeFileSync(aside, script.createCachedData(), { mode: 0o600 });
    renameSync(aside, path);
    removeOld();
  } catch {
    // A read-only home only makes the next start slower.
    return;
  }
}

/** What programs left behind that were replaced long ago. */
function removeOld(): void {
  for (const name of readdirSync(cacheFolder())) {
    const path = join(cacheFolder(), name);
    if (name.endsWith('.bin') && Date.now() - statSync(path).mtimeMs > oldMs) rmSync(path);
  }
}

function load(door: string): unknown {
  if (builtIn()) return Module.createRequire(__filename)(bundle);
  const path = join(cacheFolder(), `${keyOf(door)}.bin`);
  const cachedData = readCache(path);
  const script = new Script(Module.wrap(readFileSync(bundle, 'latin1')), {
    filename: bundle,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  // At the end of a whole session, when all functions that one needs have been compiled: a start that came to nothing
  // would keep hardly any of them.
  if (script.cachedDataRejected !== false) process.once('exit', () => served && writeCache(path, script));
  const run: unknown = script.runInThisContext();
  if (typeof run !== 'function') throw new TypeError(`${bundle} is no module.`);
  const loaded = { exports: {} };
  Reflect.apply(run, loaded.exports, [loaded.exports, Module.createRequire(bundle), loaded, bundle, __dirname]);
  return loaded.exports;
}

/** A session came to its build. */
let served = false;

/** Starts one of the programs of `program.ts`. */
export function start(door: 'adapter' | 'terminal'): void {
  const program: unknown = load(door);
  const main: unknown = typeof program === 'object' && program !== null ? Reflect.get(program, door) : undefined;
  if (typeof main === 'function') Reflect.apply(main, program, [() => (served = true)]);
}
