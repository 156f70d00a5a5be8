/**
 * What runs from the moment at which the frontend answers: everything, where nothing can stop the build before its end.
 * The engine has begun then, when the answer is understood here.
 */
import type { Gateway } from '../../buildkit/api.js';
import type { RunInput } from './run.js';

/** A second question for the same steps has reached the engine by then, in milliseconds, so that none of them starts over. */
export const JOINED = 150;

export interface HeadStart {
  /** Runs everything that the ref needs; goes on where that has begun. */
  evaluate(ref: string, signal: AbortSignal): Promise<void>;
  /** Less is wanted than everything; that has been asked for. */
  abandon(ref: string): void;
}

/** Whether a build can be left to itself until it ends or fails: asked when the frontend has answered. */
export function runsThrough({ settings, plan, mayStay, breakpoints, filters, isConfigured }: RunInput): boolean {
  // Beside a build that stands it has to wait until that one's containers are gone, which may hold a locked cache.
  if (!isConfigured() || mayStay || plan !== undefined) return false;
  if (settings.noDebug) return true;
  const { warning, uncached } = filters();
  return !settings.stopOnEntry && breakpoints.isEmpty && warning === undefined && uncached === undefined;
}

/** Evaluates these refs at once. */
export function beginHeadStart(gateway: Gateway, refs: Iterable<string>): HeadStart {
  const begun = new Map<string, { readonly done: Promise<void>; readonly controller: AbortController }>();
  for (const ref of refs) {
    const controller = new AbortController();
    const done = gateway.evaluate(ref, { signal: controller.signal });
    done.catch(() => undefined);
    begun.set(ref, { done, controller });
  }
  return {
    async evaluate(ref, signal) {
      const known = begun.get(ref);
      begun.delete(ref);
      if (known === undefined) return await gateway.evaluate(ref, { signal });
      const stop = (): void => known.controller.abort(signal.reason);
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
      await known.done.finally(() => signal.removeEventListener('abort', stop));
    },
    abandon(ref) {
      const known = begun.get(ref);
      begun.delete(ref);
      // What both need goes on without a break; what only the first needs and has not begun will not begin.
      if (known !== undefined) setTimeout(() => known.controller.abort(), JOINED);
    },
  };
}
