/** Calls on which both sides stream. */
import { Client, credentials, Metadata, type MethodDefinition, type ServiceError } from '@grpc/grpc-js';
import { abortReason, type CallOptions, engineError, onAbort } from './calls.js';
import type { DuplexChannel } from './channel.js';

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
  channel: DuplexChannel,
  method: MethodDefinition<Request, Answer>,
  { metadata = new Metadata(), signals = [] }: CallOptions = {},
): Conversation<Request, Answer> {
  const client = new Client(channel.getTarget(), credentials.createInsecure(), { channelOverride: channel });
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
      throw abortReason(signals) ?? (isServiceError(error) ? engineError(method.path, error) : error);
    } finally {
      unlisten();
      call.cancel();
    }
  }
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'code' in error && 'metadata' in error && error.metadata instanceof Metadata;
}
