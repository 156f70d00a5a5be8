import type * as parts from './answered.js';

let loading: Promise<typeof parts> | undefined;

/** Loads what a build needs once the frontend has answered; best while it has not yet. */
export function loadAnswered(): Promise<typeof parts> {
  loading ??= import('./answered.js');
  return loading;
}
