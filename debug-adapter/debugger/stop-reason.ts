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
    }
  | { readonly kind: 'warning'; readonly warnings: readonly ProblemFact[] }
  | { readonly kind: 'uncached'; readonly why: string }
  | { readonly kind: 'failed'; readonly failure: Failure };
