/**
 * Starts a program with the compiled code that an earlier start kept: half of a start is V8 compiling it. Its files are
 * made by `scripts/program-files.mjs`; each is read when something in it is asked for. Without a place to keep compiled
 * code, it just starts.
 */
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { Script } from 'node:vm';
import { makeFolders } from './buildkit/make-folders.js';

const folder = join(__dirname, 'program');
const oldMs = 30 * 24 * 60 * 60 * 1000;

const wanted = process.env['XDG_CACHE_HOME'] ?? '';

/** A folder that only this user writes to, for what is kept in it is run. */
const cache = join(isAbsolute(wanted) ? wanted : join(homedir(), '.cache'), 'dockerfile-debugger', 'code');

/** A file of the program that has been read. */
interface Loaded {
  readonly script: Script;
  /** Where its compiled code is kept. */
  readonly kept: string;
  /** By the name of the piece. */
  readonly pieces: Readonly<Record<string, unknown>>;
}

const files = new Map<string, Loaded>();

/** Of Node's own modules. */
const requireBuiltin = createRequire(__filename);

/** A session came to its build. */
let served = false;

/** `./file/piece.js` is a piece of the program, anything else a module of Node. */
function requireFrom(id: string): unknown {
  if (!id.startsWith('./')) return requireBuiltin(id);
  const [, file = '', piece = ''] = id.split('/');
  const found = read(file).pieces[piece];
  // Pieces are named by what is in them.
  if (found === undefined) throw new Error('The Dockerfile debugger was replaced while it ran. Start it again.');
  return found;
}

/** Reads a file of the program, once. */
function read(name: string): Loaded {
  const known = files.get(name);
  if (known !== undefined) return known;
  const path = join(folder, `${name}.js`);
  const kept = join(cache, keyOf(name, path));
  const cachedData = readKept(kept);
  const script = new Script(readFileSync(path, 'latin1'), {
    filename: path,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const module: { exports: Loaded['pieces'] } = { exports: {} };
  const run: unknown = script.runInThisContext();
  if (typeof run !== 'function') throw new TypeError(`${path} is no file of this program.`);
  Reflect.apply(run, undefined, [module.exports, requireFrom, module, __dirname]);
  const loaded = { script, kept, pieces: module.exports };
  files.set(name, loaded);
  return loaded;
}

/** Names this very file, without reading it all: whatever writes to it changes its time, size or place. */
function keyOf(name: string, path: string): string {
  const { size, ino, ctimeMs, mtimeMs } = statSync(path);
  const { v8 } = process.versions;
  return `${[name, v8, process.arch, size, ino, Math.floor(ctimeMs), Math.floor(mtimeMs)].join('-')}.bin`;
}

/** V8 runs what it is given: code that a disk has lost a part of would end the process. */
function readKept(path: string): Buffer | undefined {
  try {
    const bytes = readFileSync(path);
    const code = bytes.subarray(0, -sumLength);
    return bytes.length > sumLength && bytes.readUInt32LE(code.length) === sumOf(code) ? code : undefined;
  } catch {
    return undefined;
  }
}

const sumLength = 4;

/** Of some words of each page: what is lost is lost in pages, and all words would take a millisecond. */
function sumOf(code: Buffer): number {
  let sum = code.length;
  for (let at = 0; at + 4 <= code.length; at += 508) sum = (Math.imul(sum, 31) + code.readInt32LE(at)) | 0;
  return sum >>> 0;
}

function withSum(code: Buffer): Buffer {
  const sum = Buffer.alloc(sumLength);
  sum.writeUInt32LE(sumOf(code));
  return Buffer.concat([code, sum]);
}

/**
 * At the end of a whole session, when all functions that one needs have been compiled: a start that came to nothing would
 * keep hardly any of them.
 */
function keepCompiled(): void {
  if (!served) return;
  const fresh = [...files.values()].filter(({ script }) => script.cachedDataRejected !== false);
  if (fresh.length === 0) return;
  try {
    makeFolders(cache, 0o700);
    for (const loaded of fresh) keep(loaded);
    removeOld();
  } catch {
    // A read-only home only makes the next start slower.
    return;
  }
}

/** Written aside and renamed, so that two starts at once never read half of it. */
function keep({ script, kept }: Loaded): void {
  const aside = `${kept}.${process.pid}`;
  try {
    writeFileSync(aside, withSum(script.createCachedData()), { mode: 0o600, flush: true });
    renameSync(aside, kept);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
}

/** What programs left behind that were replaced long ago, or that ended too soon. */
function removeOld(): void {
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    if (/\.bin(?:\.\d+)?$/.test(name) && Date.now() - statSync(path).mtimeMs > oldMs) rmSync(path);
  }
}

/** Starts one of the programs. */
export function start(program: 'adapter' | 'terminal' | 'mcp-server'): void {
  process.once('exit', keepCompiled);
  const exports = requireFrom(`./${program}/${program}.js`);
  const main: unknown = typeof exports === 'object' && exports !== null ? Reflect.get(exports, 'main') : undefined;
  if (typeof main === 'function') Reflect.apply(main, undefined, [() => (served = true)]);
}
