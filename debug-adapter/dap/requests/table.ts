/** Requests that are answered once `initialize` is: the first of a session come with the debugger, all others are loaded later. */
import type { Handler } from '../session.js';
import { breakpointHandlers } from './breakpoints.js';
import { dataBreakpointHandlers } from './data-breakpoints.js';
import { lifecycleHandlers } from './lifecycle.js';

/** By name. */
export const firstHandlers: ReadonlyMap<string, Handler> = new Map<string, Handler>(
  Object.entries({ ...lifecycleHandlers, ...breakpointHandlers, ...dataBreakpointHandlers }),
);

let loading: Promise<ReadonlyMap<string, Handler>> | undefined;

/** Undefined when there is no such request. Those that wait for others to be loaded are not overtaken. */
export async function findHandler(command: string): Promise<Handler | undefined> {
  const first = firstHandlers.get(command);
  if (first === undefined) return (await loadLater()).get(command);
  await loading?.catch(() => undefined);
  return first;
}

/** Loads what is not needed to begin a build, so that the next request need not wait for it. */
export function loadLater(): Promise<ReadonlyMap<string, Handler>> {
  loading ??= import('./later.js').then(({ laterHandlers }) => laterHandlers);
  return loading;
}
