import { monotonicMs } from './clock.js';

/** Longest time without a look at the event loop: requests of the editor and health checks of the engine wait for it. */
const turnMs = 10;

/**
 * For loops over what is there already: such a loop never waits by itself, and so nothing else would have its turn.
 *
 * @returns a function that answers a promise when it is time to let others do something
 */
export function takeTurns(): () => Promise<void> | undefined {
  let end = monotonicMs() + turnMs;
  let paused = false;
  const pause = async (): Promise<void> => {
    paused = true;
    await new Promise<void>((resolve) => setImmediate(resolve));
    paused = false;
    end = monotonicMs() + turnMs;
  };
  return () => (paused || monotonicMs() < end ? undefined : pause());
}
