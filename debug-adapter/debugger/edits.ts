/** Whether what a build was made from is different now. */
import { readFile } from 'node:fs/promises';
import type { Listing } from '../buildkit/api.js';
import type { BuildSettings } from './api.js';
import { readIgnoreFile } from './copy-doctor.js';

/** What one build takes from this machine. */
export interface Taken {
  /** Of the Dockerfile. */
  readonly text: string;
  /** Text of the ignore file; undefined for none. */
  readonly ignore: string | undefined;
  /** Of local folders, in the order in which the engine asked. */
  readonly listings: Listing[];
}

/** What a build takes that begins now; folders come as the engine asks for them. */
export async function beginTaking(settings: BuildSettings, text: string): Promise<Taken> {
  return { text, ignore: await ignoreText(settings), listings: [] };
}

/** Whether another build would take something else; what cannot be read any more is something else. */
export async function isEdited(settings: BuildSettings, taken: Taken, signal: AbortSignal): Promise<boolean> {
  const { dockerfile, dockerfileIsLocal } = settings;
  if (dockerfileIsLocal && (await readFile(dockerfile, 'utf8').catch(() => undefined)) !== taken.text) return true;
  if ((await ignoreText(settings)) !== taken.ignore) return true;
  for (const listing of taken.listings) {
    // That is the Dockerfile and its ignore file, whose texts count, not their times.
    if (listing.name === 'dockerfile') continue;
    const changed = await listing.changed(signal).catch(() => true);
    signal.throwIfAborted();
    if (changed) return true;
  }
  return false;
}

async function ignoreText(settings: BuildSettings): Promise<string | undefined> {
  const { context } = settings;
  return context.kind === 'folder' ? (await readIgnoreFile(context.path, settings))?.text : undefined;
}
