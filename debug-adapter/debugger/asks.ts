/** What a user may ask for: where to stop, what to do there, and which way to go. Part of api.ts. */
import type { Dockerfile, Instruction } from '../dockerfile/model.js';
import type { BuildSettings } from './build-settings.js';

/** Where a build begins that follows another one. */
export type RestartPlan =
  | { readonly kind: 'beginning' }
  /** To where each thread stood, found by its text, or to the first instruction above it that was edited; stands there. */
  | { readonly kind: 'apply' }
  /** To where each thread stood, whose step then runs, and on from there. `force`: it runs without the cache. */
  | { readonly kind: 'again'; readonly force: boolean; readonly instruction?: Instruction };

/** A build that follows another one. */
export interface Rebuilding {
  /** From the beginning without. */
  readonly plan?: RestartPlan | undefined;
  /** From now on; those of the build before without. */
  readonly settings?: BuildSettings | undefined;
  /** The engine has taken the Dockerfile, and the build before was left for this one. */
  readonly onTaken?: (dockerfile: Dockerfile) => void;
}

/** How the user wants to go on; `stage` names the one of several called stages to step into. */
export type Going = 'continue' | 'next' | 'stepIn' | 'stepOut' | { readonly stage: number };

/** `frame` counts from the innermost, 0. */
export type GoingBack = 'step' | 'continue' | { readonly frame: number };

/** When a breakpoint counts, and what it does then. */
export interface StopRule {
  /** Shell command, run in the state before the step; exit code 0 means yes. */
  readonly condition?: string | undefined;
  /** `3`, `>= 2`, `% 2` */
  readonly hitCondition?: string | undefined;
  /** Written instead of stopping; `{$VAR}` and `{command}` are replaced. */
  readonly logMessage?: string | undefined;
}

export interface LineBreakpoint extends StopRule {
  readonly line: number;
}

/** Changes what a stop has, for commands, shells and re-runs there. A variable may be one of the environment or an ARG. */
export type Override =
  | { readonly kind: 'variable'; readonly name: string; readonly value: string }
  | { readonly kind: 'user' | 'workdir'; readonly value: string };

export interface FunctionBreakpoint extends StopRule {
  /** `build`, `RUN`, `build:RUN`, `*` */
  readonly name: string;
}

export interface DataBreakpoint extends StopRule {
  readonly watched: Watched;
}

/** What a data breakpoint looks at: an absolute path in the image, or a variable of the environment. */
export type Watched =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'variable'; readonly name: string };

export type FilterName = 'failed' | 'warning' | 'uncached';

export interface FilterSetting {
  readonly filter: string;
  /** E.g. `exitCode != 1 && stage == "build"`. */
  readonly condition?: string | undefined;
}

export interface FilterFact {
  readonly verified: boolean;
  readonly message?: string;
}

export interface BreakpointFact {
  /** Kept as long as the breakpoint stands where it stood. */
  readonly id: number;
  /** As asked; absent for breakpoints without a line. */
  readonly requestedLine?: number;
  readonly verified: boolean;
  /** Range of the instruction; absent when there is none. */
  readonly line?: number;
  readonly endLine?: number;
  /** Why not verified, or what to know. */
  readonly message?: string;
}
