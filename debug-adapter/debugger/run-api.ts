/** What can be run and asked at a stop, and what comes of it: a part of `api.ts`. */
import type { Instruction, Variable } from '../dockerfile/model.js';
import type { StateName } from './api.js';
import type { FileFact } from './trees-api.js';

/** What a word of a COPY or ADD means now. */
export interface PathPreview {
  readonly role: 'source' | 'destination';
  /** Absolute; in the context of a source its root is `/`. */
  readonly path: string;
  /** E.g. `the build context`, `the stage build`; undefined for a destination. */
  readonly from: string | undefined;
  /** What it matches; for a folder what is in it. */
  readonly entries: readonly FileFact[];
  /** It is one folder. */
  readonly folder?: boolean;
  /** Of a destination: the instruction has run, and this is what it left. */
  readonly after?: boolean;
  /** Why nothing can be said. */
  readonly problem?: string;
}

export interface RunOptions {
  /** The command sees what others changed in working directory and exported variables, but changes nothing of it. */
  readonly forget?: boolean;
}

export interface ProbeOptions {
  /** Set beside the environment of the step, and before it where both have a name. */
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds; then it is ended, with a `UserError`. Default: ten seconds. */
  readonly limitMs?: number;
  /** Default: the state before the step. */
  readonly state?: StateName;
  readonly signal: AbortSignal;
}

export interface SinceOptions {
  /** What it writes counts too, not its exit code alone. */
  readonly byOutput: boolean;
  readonly state: StateName;
  readonly signal: AbortSignal;
}

/** Since which instruction a command answers as it does now. */
export interface Since {
  readonly now: ProbeResult;
  /** Undefined: it does so from the base image on. */
  readonly instruction: Instruction | undefined;
  /** What it answered before; undefined where it could not be run there. */
  readonly before: ProbeResult | undefined;
  /** Why it could not; '' where it could. */
  readonly why: string;
}

export interface ProbeResult {
  readonly exitCode: number;
  /** What it wrote, both streams, up to a limit. */
  readonly output: string;
}

/** A sink that answers a promise is not given more before it is kept: then the process waits. */
export type OutputSink = (piece: { readonly fd: 1 | 2; readonly data: Uint8Array }) => void | Promise<void>;

export interface ShellOptions {
  /** Joins the container of the shell that was opened last, or of the commands of this stop. Default: one of its own. */
  readonly same?: boolean;
  readonly signal: AbortSignal;
}

export interface ShellCommand {
  readonly title: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

export interface MountFact {
  readonly type: 'bind' | 'cache' | 'secret' | 'ssh' | 'tmpfs';
  /** Absolute path in the container, or the variable's name for a secret given as environment. */
  readonly target: string;
  readonly readOnly: boolean;
  /** Name, value; values of secrets are never here. */
  readonly options: readonly (readonly [string, string])[];
}

export interface ScopeFacts {
  /** Values that the step gives, by name; empty when it has done so. */
  readonly toCome: ReadonlyMap<string, Variable>;
  /** ARGs before the first FROM that this stage has not declared: `$NAME` is empty here. */
  readonly outside: ReadonlyMap<string, Variable | undefined>;
}
