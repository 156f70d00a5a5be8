/**
 * Starts the adapter with the compiled code that an earlier start kept: half of a start is V8 compiling the bundle.
 * Newer Nodes have this built in; for Node 20 it is done here. Without a place to keep it, it just starts.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';

const bundle = join(__dirname, 'adapter.js');

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
    mkdirSync(cacheFolder(), { recursive: true, mode: 0o700 });
    const aside = `${path}.${process.pid}`;
    writeFileSync(aside, script.createCachedData(), { mode: 0o600 });
    renameSync(aside, path);
  } catch {
    // A read-only home only makes the next start slower.
    return;
  }
}

function startWithCache(): void {
  const source = readFileSync(bundle, 'utf8');
  const key = createHash('sha256').update(source).update(process.version).update(process.arch).digest('hex');
  const path = join(cacheFolder(), `${key.slice(0, 32)}.bin`);
  const cachedData = readCache(path);
  const script = new Script(Module.wrap(source), {
    filename: bundle,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  // At the end, when the functions that a session needs have been compiled; --version and --help need hardly any.
  const serves = process.argv.slice(2).every((word) => word !== '--version' && word !== '--help');
  if (serves && script.cachedDataRejected !== false) process.once('exit', () => writeCache(path, script));
  const start: unknown = script.runInThisContext();
  if (typeof start === 'function')
    Reflect.apply(start, module.exports, [module.exports, require, module, bundle, __dirname]);
}

if (builtIn()) Module.createRequire(__filename)(bundle);
else startWithCache();
