/** Whether what a build was made from is different now. */
import { lstatSync } from 'node:fs';
import type { Listing } from '../../buildkit/api.js';
import type { Dockerfile } from '../../dockerfile/model.js';
import type { BuildSettings } from '../api.js';
import { type IgnoreFile, readIgnoreFile } from './ignore-file.js';
import { readText } from './small-files.js';

/** What one build takes from this machine. */
export interface Taken {
  /** Of the Dockerfile. */
  readonly text: string;
  /** The Dockerfile is a file by itself, not a link to one, nor a pipe. */
  readonly isPlain: boolean;
  /** Undefined for none. */
  readonly ignore: IgnoreFile | 'unreadable' | undefined;
  /** Of local folders, in the order in which the engine asked. */
  readonly listings: Listing[];
  /** The same of builds that it takes from, their Dockerfiles among them. */
  readonly linked: Listing[];
}

/** What a build of this Dockerfile takes; folders come as the engine asks for them. */
export async function beginTaking(
  settings: BuildSettings,
  reading: Promise<{ readonly dockerfile: Pick<Dockerfile, 'text'> }>,
): Promise<Taken> {
  const [{ dockerfile }, ignore] = await Promise.all([reading, ignoreFileOf(settings)]);
  const { text } = dockerfile;
  return { text, isPlain: isPlainFile(settings.dockerfile), ignore, listings: [], linked: [] };
}

/** A build, and what it took. */
interface Made {
  readonly settings: BuildSettings;
  readonly taken: Taken;
}

/** Whether another build would take something else; what cannot be read any more is something else. */
export async function isEdited({ settings, taken }: Made, signal: AbortSignal): Promise<boolean> {
  const { dockerfile, dockerfileIsLocal } = settings;
  if (dockerfileIsLocal && (await readText(dockerfile).catch(() => undefined)) !== taken.text) return true;
  if (textOf(await ignoreFileOf(settings)) !== textOf(taken.ignore)) return true;
  // The Dockerfile and its ignore file are compared above: their texts count, not their times.
  const own = taken.listings.filter(({ name }) => name !== 'dockerfile');
  for (const listing of [...own, ...taken.linked]) {
    const changed = await listing.changed(signal).catch(() => true);
    signal.throwIfAborted();
    if (changed) return true;
  }
  return false;
}

async function ignoreFileOf({ context, ...settings }: BuildSettings): Promise<Taken['ignore']> {
  return context.kind === 'folder' ? await readIgnoreFile(context.path, { context, ...settings }) : undefined;
}

function isPlainFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function textOf(ignore: Taken['ignore']): string | undefined {
  return ignore === 'unreadable' ? ignore : ignore?.text;
}
