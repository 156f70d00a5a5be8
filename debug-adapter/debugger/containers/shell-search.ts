/** Which shell of an image there is to run commands with, found by looking, not by trying. */
import type { Gateway } from '../../buildkit/api.js';
import { EngineError } from '../errors.js';
import type { Scene } from './scene.js';

/** Shells that read POSIX scripts, best first for people. */
export const SHELLS: readonly string[] = ['bash', 'zsh', 'ash', 'sh'];
const POSIX = new Set([...SHELLS, 'dash', 'ksh', 'mksh']);

/** Whether a program reads the scripts that are given to it here. */
export function isPosixShell(program: string): boolean {
  return POSIX.has(program.split('/').at(-1) ?? '');
}

/** Shell with its flags, as in `SHELL`; undefined for an image without any. */
export async function findShell(
  gateway: Gateway,
  scene: Scene,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  const [program = ''] = scene.shell;
  const exists = (candidate: string): Promise<boolean> => existsIn(gateway, scene, candidate, signal);
  if (isPosixShell(program) && (await exists(program))) return scene.shell;
  const found = await Promise.all(SHELLS.map(async (name) => ((await exists(name)) ? name : undefined)));
  const best = found.find((name) => name !== undefined);
  return best === undefined ? undefined : [best, '-c'];
}

/** PATH of the scene as folders. */
export function pathOf({ meta }: Scene): readonly string[] {
  const entry = meta.env.find((each) => each.startsWith('PATH='));
  return (entry?.slice('PATH='.length) ?? '').split(':').filter((folder) => folder.startsWith('/'));
}

async function existsIn(gateway: Gateway, scene: Scene, program: string, signal: AbortSignal): Promise<boolean> {
  if (scene.lookup === '') return false;
  const places = program.startsWith('/') ? [program] : pathOf(scene).map((folder) => `${folder}/${program}`);
  const found = await Promise.all(places.map((path) => isProgram(gateway, scene.lookup, path, signal)));
  return found.includes(true);
}

async function isProgram(gateway: Gateway, ref: string, path: string, signal: AbortSignal): Promise<boolean> {
  try {
    const { mode } = await gateway.statFile(ref, path, { signal });
    return (mode & FOLDER) === 0 && (mode & 0o111) !== 0;
  } catch (error) {
    // "No such file" has a different code from version to version; a lost connection is told by whatever comes next.
    if (error instanceof EngineError) return false;
    throw error;
  }
}

/** Go's mode bit of a folder. */
const FOLDER = 0x80000000;
