/** Why a thread stands. Part of api.ts. */
import type { Failure, ProblemFact } from './api.js';

export type StopReason =
  | { readonly kind: 'entry' | 'step' | 'pause' | 'end' | 'goto' | 'stage' | 'edited' }
  | {
      readonly kind: 'breakpoint';
      readonly cause: 'line' | 'function' | 'data';
      readonly ids: readonly number[];
      /** What changed, or why a condition could not run; '' for nothing to say. */
      readonly note: string;
      /** They are on lines within a RUN, and were not asked: that is done when its script comes to them. */
      readonly within?: boolean;
    }
  | { readonly kind: 'warning'; readonly warnings: readonly ProblemFact[] }
  | { readonly kind: 'uncached'; readonly why: string }
  /** The script of a RUN that was gone through has ended with that code, not 0. */
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'failed'; readonly failure: Failure };
