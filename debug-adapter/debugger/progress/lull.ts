/** Progress comes on a stream of its own, and nobody says when all of it is there that belongs to an answer. */
import { setTimeout as wait } from 'node:timers/promises';
import { monotonicMs } from '../../buildkit/clock.js';

/** Nothing more is on its way after so many silent milliseconds. */
const QUIET = 50;
/** Longest that is waited for that, in milliseconds. */
const LONGEST = 500;

export interface Lull {
  /** Something was told. */
  readonly note: () => void;
  /** Nothing has been told for a while. */
  readonly come: () => Promise<void>;
}

/** @param clock milliseconds, and how to let some pass */
export function createLull(
  { now, pass } = { now: monotonicMs, pass: (ms: number): Promise<unknown> => wait(ms) },
): Lull {
  let last = 0;
  return {
    note: () => void (last = now()),
    come: async () => {
      const begin = now();
      const left = (): number => Math.min(Math.max(last, begin) + QUIET, begin + LONGEST) - now();
      for (let ms = left(); ms > 0; ms = left()) await pass(ms);
    },
  };
}
