/** Calls as promises and async iterables; every failure is an EngineError or the reason of the signal. */
import { setMaxListeners } from 'node:events';
import { Client, credentials, Metadata, type MethodDefinition, type ServiceError, status } from '@grpc/grpc-js';
import { EngineError } from '../errors.js';
import type { DuplexChannel } from './channel.js';
import { parseDetails } from './details.js';

export interface CallOptions {
  readonly metadata?: Metadata;
  /** The first one that aborts ends the call; its reason is the error. */
  readonly signals?: readonly (AbortSignal | undefined)[];
}

/** A client on a channel that exists already. */
export function clientOn(channel: DuplexChannel): Client {
  return new Client(channel.getTarget(), credentials.createInsecure(), { channelOverride: channel });
}

/** Calls a method with one request and one answer. */
export function unary<Request, Answer>(
  client: Client,
  method: MethodDefinition<Request, Answer>,
  request: Request,
  { metadata = new Metadata(), signals = [] }: CallOptions = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const reason = abortReason(signals);
    if (reason !== undefined) return reject(reason);
    const settled = (error: ServiceError | null, answer?: Answer) => {
      unlisten();
      const aborted = error?.code === status.CANCELLED ? abortReason(signals) : undefined;
      if (aborted !== undefined) reject(aborted);
      else if (error !== null) reject(asEngineError(method.path, error));
      else if (answer !== undefined) resolve(answer);
      else reject(new EngineError(methodName(method.path), status.INTERNAL, 'The answer is empty.', { sources: [] }));
    };
    const { path, requestSerialize, responseDeserialize } = method;
    const call = client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, metadata, {}, settled);
    const unlisten = onAbort(signals, () => call.cancel());
  });
}

/** Calls a method that answers with a stream. The call starts at once, also when nobody iterates yet. */
export function serverStream<Request, Answer>(
  client: Client,
  method: MethodDefinition<Request, Answer>,
  request: Request,
  { metadata = new Metadata(), signals = [] }: CallOptions = {},
): AsyncGenerator<Answer, void, undefined> {
  const call = client.makeServerStreamRequest(method.path, method.requestSerialize, asIs, request, metadata, {});
  return answersOf(call, method, signals);
}

/** Both directions of a streaming call. */
export interface Conversation<Request, Answer> {
  /** Resolves when the message is handed to the connection. */
  send(message: Request): Promise<void>;
  /** Nothing more will be sent. */
  end(): void;
  cancel(): void;
  /** May be iterated once. */
  readonly answers: AsyncGenerator<Answer, void, undefined>;
}

/** Opens a call on which both sides stream. */
export function converse<Request, Answer>(
  client: Client,
  method: MethodDefinition<Request, Answer>,
  { metadata = new Metadata(), signals = [] }: CallOptions = {},
): Conversation<Request, Answer> {
  const call = client.makeBidiStreamRequest(method.path, method.requestSerialize, asIs, metadata, {});
  return {
    send: (message) => new Promise((resolve) => void call.write(message, () => resolve())),
    end: () => void call.end(),
    cancel: () => call.cancel(),
    answers: answersOf(call, method, signals),
  };
}

/** Decoding waits until somebody takes the message. */
function asIs(message: Buffer): Buffer {
  return message;
}

interface StreamingCall extends AsyncIterable<unknown> {
  cancel(): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

function answersOf<Answer>(
  call: StreamingCall,
  method: { readonly path: string; responseDeserialize(bytes: Buffer): Answer },
  signals: readonly (AbortSignal | undefined)[],
): AsyncGenerator<Answer, void, undefined> {
  // An error may come before anybody iterates; the iteration gives it all the same.
  let failure: Error | undefined;
  call.on('error', (error) => {
    failure = error;
  });
  const unlisten = onAbort(signals, () => call.cancel());
  return iterate();

  async function* iterate(): AsyncGenerator<Answer, void, undefined> {
    try {
      for await (const bytes of call) if (Buffer.isBuffer(bytes)) yield method.responseDeserialize(bytes);
      if (failure !== undefined) throw failure;
    } catch (error) {
      throw abortReason(signals) ?? asEngineError(method.path, error);
    } finally {
      unlisten();
      call.cancel();
    }
  }
}

/** The error of a call with its details. */
function asEngineError(path: string, error: unknown): Error {
  if (error instanceof EngineError) return error;
  if (!isServiceError(error)) return error instanceof Error ? error : new Error(String(error));
  const [bytes] = error.metadata.get('grpc-status-details-bin');
  const details = parseDetails(typeof bytes === 'string' ? undefined : bytes, error.details);
  return new EngineError(methodName(path), error.code, shortened(error.details), details, { cause: error });
}

/** Longer texts, such as the whole script of a RUN, are cut in the middle. */
const longestText = 8192;

function shortened(text: string): string {
  if (text.length <= longestText) return text;
  return `${text.slice(0, longestText / 2)} [...] ${text.slice(-longestText / 8)}`;
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'code' in error && 'metadata' in error && error.metadata instanceof Metadata;
}

/** `/moby.buildkit.v1.frontend.LLBBridge/Solve` → `LLBBridge.Solve` */
function methodName(path: string): string {
  return path.replace(/^\/(?:.*\.)?/, '').replace('/', '.');
}

/** Calls once when the first signal aborts, at once if one has; answers how to stop listening. Many calls share one. */
function onAbort(signals: readonly (AbortSignal | undefined)[], abort: () => void): () => void {
  for (const signal of signals) if (signal !== undefined) setMaxListeners(0, signal);
  if (abortReason(signals) !== undefined) abort();
  else for (const signal of signals) signal?.addEventListener('abort', abort, { once: true });
  return () => {
    for (const signal of signals) signal?.removeEventListener('abort', abort);
  };
}

function abortReason(signals: readonly (AbortSignal | undefined)[]): Error | undefined {
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
