import type { Readable, Writable } from 'node:stream';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { UserError } from '../../debugger/errors.js';
import { MessageReader, type Frame } from './framing.js';
import { Outbox, type Limits } from './outbox.js';
import { isRecord } from './records.js';

/** A request whose arguments nobody has looked at yet. */
export interface Request {
  readonly seq: number;
  readonly command: string;
  readonly arguments: unknown;
}

/** Who answers. None of these may throw. */
export interface Receiver {
  onRequest(request: Request): void;
  /** Something that is no message came in; `request` is what could be read of it. */
  onBroken(reason: string, request: Request | undefined): void;
  /** The client is gone. */
  onEnd(): void;
  /** Anything that was read or written. */
  onMessage?(from: 'editor' | 'adapter', message: unknown): void;
}

interface Pending {
  readonly resolve: (body: unknown) => void;
  readonly reject: (error: Error) => void;
}

function readRequest(value: Readonly<Record<string, unknown>>): Request | undefined {
  const { seq, command } = value;
  if (typeof seq !== 'number' || typeof command !== 'string') return undefined;
  return { seq, command, arguments: value['arguments'] };
}

/** Finds number and command in JSON that does not parse, so that its sender gets an answer. */
function guessRequest(text: string): Request | undefined {
  const seq = /"seq"\s*:\s*(\d+)/.exec(text)?.[1];
  const command = /"command"\s*:\s*"([^"\\]*)"/.exec(text)?.[1];
  if (seq === undefined || command === undefined || !/"type"\s*:\s*"request"/.test(text)) return undefined;
  return { seq: Number(seq), command, arguments: undefined };
}

/**
 * One client: bytes to requests, answers and events to bytes. The protocol library's own server is not used because it
 * loses errors of asynchronous handlers, ends the process on a broken message and knows no back-pressure.
 */
export class Connection {
  readonly outbox: Outbox;
  readonly #reader = new MessageReader();
  readonly #receiver: Receiver;
  readonly #pending = new Map<number, Pending>();

  constructor(input: Readable, output: Writable, receiver: Receiver, limits?: Partial<Limits>) {
    this.#receiver = receiver;
    this.outbox = new Outbox(output, limits, (message) => receiver.onMessage?.('adapter', message));
    input.on('data', (chunk: Buffer) => this.#take(this.#reader.push(chunk)));
    const ended = (): void => {
      this.#take(this.#reader.end());
      for (const { reject } of this.#pending.values()) reject(new Error('The client is gone.'));
      this.#pending.clear();
      receiver.onEnd();
    };
    input.once('end', ended);
    for (const stream of [input, output]) {
      stream.on('error', ended);
      stream.once('close', ended);
    }
  }

  /** Answers a request. */
  respond(request: Request, body: object | undefined): void {
    const { seq, command } = request;
    this.outbox.send({
      type: 'response',
      request_seq: seq,
      success: true,
      command,
      ...(body === undefined ? {} : { body }),
    });
  }

  /** Answers that a request failed; `message` is the short form, `error` what users see. */
  fail(request: Request, message: string, error?: DebugProtocol.Message): void {
    const { seq, command } = request;
    this.outbox.send({
      type: 'response',
      request_seq: seq,
      success: false,
      command,
      message,
      ...(error === undefined ? {} : { body: { error } }),
    });
  }

  /** Asks the client; rejects with its words when it refuses. */
  request(command: string, args: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#pending.set(this.outbox.send({ type: 'request', command, arguments: args }), { resolve, reject });
    });
  }

  #take(frames: Iterable<Frame>): void {
    for (const frame of frames) {
      if (frame.kind === 'broken') this.#receiver.onBroken(`${frame.reason} «${frame.text}»`, guessRequest(frame.text));
      else this.#dispatch(frame.value);
    }
  }

  #dispatch(value: unknown): void {
    this.#receiver.onMessage?.('editor', value);
    const message = isRecord(value) ? value : {};
    const request = message['type'] === 'request' ? readRequest(message) : undefined;
    if (request !== undefined) this.#receiver.onRequest(request);
    else if (message['type'] === 'response') this.#settle(message);
    else if (message['type'] !== 'event') {
      this.#receiver.onBroken('This is no message of the Debug Adapter Protocol.', undefined);
    }
  }

  #settle(message: Readonly<Record<string, unknown>>): void {
    const seq = message['request_seq'];
    const pending = typeof seq === 'number' ? this.#pending.get(seq) : undefined;
    if (typeof seq !== 'number' || pending === undefined) return;
    this.#pending.delete(seq);
    if (message['success'] === true) pending.resolve(message['body']);
    else {
      const words = typeof message['message'] === 'string' ? message['message'] : 'It gave no reason.';
      pending.reject(new UserError('client-refused', `The editor refused: ${words}`));
    }
  }
}
