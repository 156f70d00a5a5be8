import { randomUUID } from 'node:crypto';
import { type FileHandle, link, open, rename, rm, stat } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { systemCode } from '../../system-code.js';

/** Milliseconds after which a lock that nobody has touched was left behind by a process that is gone. */
const leftBehindMs = 5000;

/**
 * Does the work while no other process that asks for the same lock file does; makes the file, and removes it. Whoever
 * holds it touches it, so that long work keeps it. Programs that lock by the system's ways are not kept out.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const held = await take(path);
  const touching = setInterval(() => {
    const now = new Date();
    // On a disk that is full: the work goes on.
    held.utimes(now, now).catch(() => undefined);
  }, leftBehindMs / 5);
  try {
    return await work();
  } finally {
    clearInterval(touching);
    // Whoever slept for longer than that may find the lock of another.
    const isOurs = await isSame(path, held);
    // Before it is removed: Windows keeps the name of an open file.
    await held.close();
    if (isOurs) await rm(path, { force: true });
  }
}

async function take(path: string): Promise<FileHandle> {
  for (;;) {
    try {
      return await open(path, 'wx');
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
    await removeLeftBehind(path);
    await setTimeout(10 + Math.random() * 20);
  }
}

async function isSame(path: string, held: FileHandle): Promise<boolean> {
  const there = await stat(path, { bigint: true }).catch(() => undefined);
  return there?.ino === (await held.stat({ bigint: true })).ino;
}

/** Of several who see that it was left behind only one can rename it; one that was taken meanwhile goes back. */
async function removeLeftBehind(path: string): Promise<void> {
  try {
    if (!(await isOld(path))) return;
    const aside = `${path}.${randomUUID()}`;
    await rename(path, aside);
    if (!(await isOld(aside))) await putBack(aside, path);
    await rm(aside, { force: true });
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
}

/** Leaves alone what a third one has put there since, where the disk has links. */
async function putBack(aside: string, path: string): Promise<void> {
  try {
    await link(aside, path);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') await rename(aside, path);
  }
}

async function isOld(path: string): Promise<boolean> {
  return Date.now() - (await stat(path)).mtimeMs >= leftBehindMs;
}
