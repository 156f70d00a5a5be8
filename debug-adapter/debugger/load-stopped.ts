import type * as parts from './stopped.js';

/** What a build needs where it stands or fails. */
export type StoppedParts = typeof parts;

let loading: Promise<StoppedParts> | undefined;

/** Loads it, once; best while a step runs. */
export function loadStopped(): Promise<StoppedParts> {
  loading ??= import('./stopped.js');
  return loading;
}
