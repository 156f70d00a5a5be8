/** Requests that are answered once `initialize` is: the first of a session come with the debugger, all others are loaded later. */
import type { Handler } from '../session.js';
import { breakpointHandlers } from './breakpoints.js';
import { dataBreakpointHandlers } from './data-breakpoints.js';
import { lifecycleHandlers } from './lifecycle.js';

/** By name. */
export const firstHandlers: ReadonlyMap<string, Handler> = new Map<string, Handler>(
  Object.entries({ ...lifecycleHandlers, ...breakpointHandlers, ...dataBreakpointHandlers }),
);

let later: ReadonlyMap<string, Handler> | undefined;

/** Undefined when there is no such request. */
export function findHandler(command: string): Handler | undefined | Promise<Handler | undefined> {
  const first = firstHandlers.get(command);
  if (first !== undefined || later !== undefined) return first ?? later?.get(command);
  return loadLater().then((handlers) => handlers.get(command));
}

/** Loads what is not needed to begin a build, so that the next request need not wait for it. */
export async function loadLater(): Promise<ReadonlyMap<string, Handler>> {
  later ??= (await import('./later.js')).laterHandlers;
  return later;
}
