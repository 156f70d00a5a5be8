/** What the user can do something about: shown in the editor where it belongs, never as a stack trace. */
export class UserError extends Error {
  override readonly name = 'UserError';

  /**
   * @param code stable, kebab-case, e.g. `engine-unreachable`; tests and editors rely on it
   * @param what what happened and where, one or more sentences
   * @param hint what to do about it; may be empty when `what` says it
   * @param place where in the user's files it belongs, if anywhere
   */
  constructor(
    readonly code: string,
    what: string,
    readonly hint = '',
    readonly place?: ErrorPlace,
    options?: { cause?: unknown },
  ) {
    super(what, options);
  }
}

/** A line of a file of the user; `line` counts from 1, `path` is absolute or absent for the Dockerfile of the build. */
export interface ErrorPlace {
  readonly path?: string;
  readonly line: number;
  readonly endLine?: number;
}

/** An error that the engine answered, or that its connection gave. */
export class EngineError extends Error {
  override readonly name = 'EngineError';

  /**
   * @param method RPC that failed, e.g. `LLBBridge.Evaluate`
   * @param code gRPC status code, e.g. 14 for UNAVAILABLE
   * @param message the engine's own text
   * @param details what the engine attached to it; empty on engines that attach nothing
   */
  constructor(
    readonly method: string,
    readonly code: number,
    message: string,
    readonly details: ErrorDetails,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** Typed details of `grpc-status-details-bin`; see protos/README.md for where each comes from. */
export interface ErrorDetails {
  /** Digest of the vertex that failed. */
  readonly vertex?: string;
  /** Lines of the failing instruction, or of the Dockerfile error; lines count from 1. */
  readonly sources: readonly { readonly filename: string; readonly startLine: number; readonly endLine: number }[];
  /** Handles to what a failed vertex left; absent when the failure has no state to look at. */
  readonly failure?: FailureState;
  /** Exit code of the process of a RUN. */
  readonly exitCode?: number;
}

/** What is known of an error without details. */
export const noDetails: ErrorDetails = { sources: [] };

/** Result ids usable as `resultID` of container mounts while the build lives; '' where there is none. */
export interface FailureState {
  /** exec: one per mount; file: one per input of the op; cache: exactly one. */
  readonly inputIds: readonly string[];
  /** exec: one per mount; file: one per action; cache: empty. */
  readonly mountIds: readonly string[];
  readonly subject:
    | { readonly kind: 'exec' }
    | { readonly kind: 'file'; readonly index: number }
    | { readonly kind: 'cache'; readonly index: number };
}
