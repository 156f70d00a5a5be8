import type { DebugProtocol } from '@vscode/debugprotocol';
import type { ProblemEvent } from '../contract.js';
import { EngineError, UserError, type ErrorPlace } from '../debugger/errors.js';
import { inFlags } from '../debugger/failure/flag-words.js';
import { type Client, silentClient } from './client.js';

/** An error in words for a user. */
export interface Problem {
  /** Stable, kebab-case. */
  readonly code: string;
  readonly what: string;
  /** What to do about it; may be empty. */
  readonly hint: string;
  readonly place: ErrorPlace | undefined;
  /** For a bug: where it is in our code. */
  readonly trace: string | undefined;
}

/** Names of gRPC's status codes, as the engine's own tools print them. */
const statusNames = [
  ...['OK', 'canceled', 'unknown error', 'invalid argument', 'deadline exceeded', 'not found', 'already exists'],
  ...['permission denied', 'resource exhausted', 'failed precondition', 'aborted', 'out of range', 'unimplemented'],
  ...['internal error', 'unavailable', 'data loss', 'unauthenticated'],
];

/** The one translator: whatever was thrown, in words; for a client whose user types flags, in theirs. */
export function describe(error: unknown, { speaksFlags }: Pick<Client, 'speaksFlags'> = silentClient): Problem {
  if (error instanceof UserError) {
    const { code, message, hint, place } = error;
    const [what, advice] = speaksFlags ? [inFlags(message), inFlags(hint)] : [message, hint];
    return { code, what, hint: advice, place, trace: undefined };
  }
  if (error instanceof EngineError && error.method === 'Control.Solve' && statusNames[error.code] === 'canceled') {
    const what = 'The build that this belongs to is over: another one has taken its place, or the session ends.';
    return { code: 'build-over', what, hint: '', place: undefined, trace: undefined };
  }
  if (error instanceof EngineError) {
    const name = statusNames[error.code] ?? `status ${error.code}`;
    const what = `The engine answered "${error.message}" (${error.method}, ${name}).`;
    return { code: 'engine-error', what, hint: '', place: undefined, trace: undefined };
  }
  if (isAbort(error))
    return { code: 'cancelled', what: 'It was cancelled.', hint: '', place: undefined, trace: undefined };
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'bug',
    what: `Something went wrong inside the Dockerfile debugger: ${message}`,
    hint: 'This is a bug. Please report it, with the text in the debug console.',
    place: undefined,
    trace: error instanceof Error ? error.stack : undefined,
  };
}

/** Whether the error says only that somebody cancelled. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || ('code' in error && error.code === 'ABORT_ERR'));
}

/** Both sentences. */
export function sentence({ what, hint }: Pick<Problem, 'what' | 'hint'>): string {
  return hint === '' ? what : `${what} ${hint}`;
}

/** Ids of error messages by kind; the stable name of an error is its `code` among the variables. */
const ids: Readonly<Record<string, number>> = { bug: 3, 'engine-error': 2 };

/** The problem as the protocol has it. */
export function toMessage(problem: Problem, showUser: boolean): DebugProtocol.Message {
  return { id: ids[problem.code] ?? 1, format: sentence(problem), showUser, variables: { code: problem.code } };
}

/** The problem on its line. */
export function toProblemEvent(
  { code, what, hint }: Pick<Problem, 'code' | 'what' | 'hint'>,
  path: string,
  { line, endLine = line }: ErrorPlace,
): ProblemEvent {
  return { path, line, endLine, severity: 'error', code, message: what, ...(hint !== '' && { hint }) };
}
