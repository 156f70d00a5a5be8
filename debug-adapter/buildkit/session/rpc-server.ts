import type { Duplex } from 'node:stream';
import { status } from '@grpc/grpc-js';
import { Queue } from '../queue.js';
import type { Header } from '../http2/header-decoder.js';
import { trailers } from '../http2/header-encoder.js';
import { ServerConnection } from '../http2/server.js';
import type { ServerStream } from '../http2/server-stream.js';
import { type ByteSink, plainSink } from '../http2/sink.js';
import { MessageReader, messagePrefix } from '../rpc/messages.js';
import type { Trace } from '../trace.js';

/** What engines send since 0.13; blobs of caches come in messages of 8 MiB. */
const receiveLimit = 16 * 1024 * 1024;

/** An answer that is no success; everything else that a method throws becomes UNKNOWN with its message. */
export class RpcError extends Error {
  override readonly name = 'RpcError';

  constructor(
    readonly code: status,
    message: string,
  ) {
    super(message);
  }
}

/** One call of the engine. */
export interface Call {
  /** Values of a request header, in order; repeated headers stay apart. */
  header(name: string): readonly string[];
  readonly headers: readonly Header[];
  /** Encoded messages; may be iterated once, ends when the engine has sent its last. */
  readonly messages: AsyncIterable<Buffer>;
  /** Sends one encoded message; resolves when more may be sent. */
  send(message: Uint8Array): Promise<void>;
  /**
   * Sends whole messages that have their prefixes already.
   *
   * @param taken called when the bytes are copied and may change
   */
  sendFramed(bytes: Uint8Array, taken?: () => void): Promise<void>;
  /** Aborted when the engine cancels the call or the session ends. */
  readonly signal: AbortSignal;
}

/** Serves calls of one method; the call succeeds when it resolves. */
export type Method = (call: Call) => Promise<void>;

/** How a method reads and writes messages; what ts-proto generates is one. */
interface Codec<T> {
  encode(message: T): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
}

/** A method with one request and one answer. */
export function unaryMethod<Request, Answer>(
  request: Codec<Request>,
  answer: Codec<Answer>,
  serve: (request: Request, call: Call) => Promise<Answer> | Answer,
): Method {
  return async (call) => {
    for await (const message of call.messages) {
      await call.send(answer.encode(await serve(request.decode(message), call)).finish());
      return;
    }
    throw new RpcError(status.INTERNAL, 'The request is missing.');
  };
}

/** The method of a path, if there is one. */
export type FindMethod = (path: string) => Promise<Method | undefined> | Method | undefined;

/**
 * Serves methods to the engine at the other end of a byte stream.
 *
 * @param options.sink how the stream is written to; what is in it goes out as it is
 * @param options.trace told of every call
 */
export function serveMethods(
  transport: Duplex,
  find: FindMethod,
  { sink = plainSink(transport), trace }: { readonly sink?: ByteSink; readonly trace?: Trace | undefined } = {},
): { close(): Promise<void> } {
  const running = new Set<Promise<void>>();
  const connection = new ServerConnection(transport, sink, (stream, headers) => {
    const call = serveCall(stream, headers, { find, trace });
    running.add(call);
    void call.finally(() => running.delete(call));
  });
  return {
    close: async () => {
      connection.close();
      await Promise.all(running);
    },
  };
}

async function serveCall(
  stream: ServerStream,
  headers: readonly Header[],
  { find, trace }: { readonly find: FindMethod; readonly trace: Trace | undefined },
): Promise<void> {
  const call = openCall(stream, headers);
  const path = call.header(':path')[0] ?? '';
  trace?.({ at: 'session', call: stream.id, method: path });
  try {
    const method = await find(path);
    if (method === undefined) throw new RpcError(status.UNIMPLEMENTED, `unknown method ${path}`);
    await method(call);
    trace?.({ at: 'session', call: stream.id, code: status.OK });
    stream.end(trailers(status.OK, ''));
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const code = error instanceof RpcError ? error.code : status.UNKNOWN;
    trace?.({ at: 'session', call: stream.id, code, error: text });
    stream.end(trailers(code, text));
  }
}

function openCall(stream: ServerStream, headers: readonly Header[]): Call {
  const reader = new MessageReader(receiveLimit);
  const queue = new Queue<Buffer>();
  const cancelled = new AbortController();
  stream.listen({
    data: (bytes) => {
      try {
        for (const message of reader.push(bytes)) queue.put(message);
      } catch (error) {
        queue.end(error instanceof Error ? error : new Error(String(error)));
      }
    },
    end: () => queue.end(),
    aborted: (cause) => {
      queue.end(cause);
      cancelled.abort(cause);
    },
  });
  return {
    headers,
    header: (name) => headers.filter(([found]) => found === name).map(([, value]) => value),
    messages: consume(queue, stream),
    send: (message) => stream.outgoing.write(Buffer.concat([messagePrefix(message.length), message])),
    sendFramed: (bytes, taken) => stream.outgoing.write(bytes, taken),
    signal: cancelled.signal,
  };
}

/** What is taken out of the queue makes room for more. */
async function* consume(queue: Queue<Buffer>, stream: ServerStream): AsyncGenerator<Buffer, void, undefined> {
  for await (const message of queue) {
    yield message;
    stream.consumed(message.length + messagePrefix(0).length);
  }
}
