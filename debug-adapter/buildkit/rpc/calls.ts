/** Calls as promises and async iterables; every failure is an EngineError or the reason of the signal. */
import { setMaxListeners } from 'node:events';
import { Metadata, type MethodDefinition, status, type StatusObject } from '@grpc/grpc-js';
import { EngineError, noDetails } from '../errors.js';
import type { StreamCall } from './call.js';
import type { DuplexChannel } from './channel.js';
import { parseDetails } from './details.js';

export interface CallOptions {
  readonly metadata?: Metadata;
  /** The first one that aborts ends the call; its reason is the error. */
  readonly signals?: readonly (AbortSignal | undefined)[];
}

/** Calls a method with one request and one answer. */
export async function unary<Request, Answer>(
  channel: DuplexChannel,
  method: MethodDefinition<Request, Answer>,
  request: Request,
  { metadata = new Metadata(), signals = [] }: CallOptions = {},
): Promise<Answer> {
  const reason = abortReason(signals);
  if (reason !== undefined) throw reason;
  const bytes = method.requestSerialize(request);
  const call = channel.createCall(method.path, Infinity);
  const ended = endOf(call, metadata);
  call.startRead();
  call.sendMessageWithContext({}, bytes);
  call.halfClose();
  const unlisten = onAbort(signals, () => cancel(call));
  const { outcome, answer } = await ended;
  unlisten();
  const aborted = outcome.code === status.CANCELLED ? abortReason(signals) : undefined;
  if (outcome.code !== status.OK) throw aborted ?? engineError(method.path, outcome);
  if (answer === undefined) throw internal(method.path, 'The answer is empty.');
  return decode(method, answer);
}

interface End {
  readonly outcome: StatusObject;
  readonly answer: Buffer | undefined;
}

/** Starts a call that has at most one answer. */
function endOf(call: StreamCall, metadata: Metadata): Promise<End> {
  return new Promise((resolve) => {
    let answer: Buffer | undefined;
    call.start(metadata, {
      onReceiveMetadata: () => undefined,
      onReceiveMessage(message: Buffer) {
        if (answer === undefined) call.startRead();
        else call.cancelWithStatus(status.INTERNAL, 'There is more than one answer.');
        answer = message;
      },
      onReceiveStatus: (outcome) => resolve({ outcome, answer }),
    });
  });
}

/** Calls a method that answers with a stream. The call starts at once, also when nobody iterates yet. */
export function serverStream<Request, Answer>(
  channel: DuplexChannel,
  method: MethodDefinition<Request, Answer>,
  request: Request,
  { metadata = new Metadata(), signals = [] }: CallOptions = {},
): AsyncGenerator<Answer, void, undefined> {
  const bytes = method.requestSerialize(request);
  const call = channel.createCall(method.path, Infinity);
  const next = messagesOf(call, metadata, method.path);
  call.sendMessageWithContext({}, bytes);
  call.halfClose();
  const unlisten = onAbort(signals, () => cancel(call));
  return iterate();

  async function* iterate(): AsyncGenerator<Answer, void, undefined> {
    try {
      for (let message = await next(); message !== undefined; message = await next()) yield decode(method, message);
    } catch (error) {
      throw abortReason(signals) ?? error;
    } finally {
      unlisten();
      cancel(call);
    }
  }
}

interface Wanting {
  readonly resolve: (message: Buffer | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** Starts a call; each time gives its next message, undefined after the last one. A message is read when it is wanted. */
function messagesOf(call: StreamCall, metadata: Metadata, path: string): () => Promise<Buffer | undefined> {
  let outcome: StatusObject | undefined;
  let wanting: Wanting | undefined;
  const end = ({ resolve, reject }: Wanting, ended: StatusObject): void =>
    ended.code === status.OK ? resolve(undefined) : reject(engineError(path, ended));
  call.start(metadata, {
    onReceiveMetadata: () => undefined,
    onReceiveMessage(message: Buffer) {
      wanting?.resolve(message);
      wanting = undefined;
    },
    onReceiveStatus(ended) {
      outcome = ended;
      if (wanting !== undefined) end(wanting, ended);
      wanting = undefined;
    },
  });
  return () =>
    new Promise((resolve, reject) => {
      if (outcome !== undefined) return end({ resolve, reject }, outcome);
      wanting = { resolve, reject };
      call.startRead();
    });
}

function cancel(call: StreamCall): void {
  call.cancelWithStatus(status.CANCELLED, 'The call was cancelled.');
}

function decode<Answer>(
  method: Pick<MethodDefinition<unknown, Answer>, 'path' | 'responseDeserialize'>,
  message: Buffer,
): Answer {
  try {
    return method.responseDeserialize(message);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw internal(method.path, `The answer cannot be read: ${why}`);
  }
}

function internal(path: string, text: string): EngineError {
  return new EngineError(methodName(path), status.INTERNAL, text, noDetails);
}

/** The error of a call with its details. */
export function engineError(path: string, { code, details: text, metadata }: StatusObject): EngineError {
  const [bytes] = metadata.get('grpc-status-details-bin');
  const details = parseDetails(typeof bytes === 'string' ? undefined : bytes, text);
  return new EngineError(methodName(path), code, shortened(text), details);
}

/** Longer texts, such as the whole script of a RUN, are cut in the middle. */
const longestText = 8192;

function shortened(text: string): string {
  if (text.length <= longestText) return text;
  return `${text.slice(0, longestText / 2)} [...] ${text.slice(-longestText / 8)}`;
}

/** `/moby.buildkit.v1.frontend.LLBBridge/Solve` → `LLBBridge.Solve` */
function methodName(path: string): string {
  return path.replace(/^\/(?:.*\.)?/, '').replace('/', '.');
}

/** Calls once when the first signal aborts, at once if one has; answers how to stop listening. Many calls share one. */
export function onAbort(signals: readonly (AbortSignal | undefined)[], abort: () => void): () => void {
  for (const signal of signals) if (signal !== undefined) setMaxListeners(0, signal);
  if (abortReason(signals) !== undefined) abort();
  else for (const signal of signals) signal?.addEventListener('abort', abort, { once: true });
  return () => {
    for (const signal of signals) signal?.removeEventListener('abort', abort);
  };
}

export function abortReason(signals: readonly (AbortSignal | undefined)[]): Error | undefined {
  const aborted = signals.find((signal) => signal?.aborted === true);
  return aborted && reasonOf(aborted);
}

/** Whether it is an error of the engine with that gRPC code. */
export function hasCode(error: unknown, code: number): error is EngineError {
  return error instanceof EngineError && error.code === code;
}

/** A signal's reason as an error. */
export function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason));
}
