import { Duplex } from 'node:stream';
import { type Metadata, status } from '@grpc/grpc-js';
import { EngineError } from './errors.js';
import { BytesMessage, ControlService } from './gen/control.js';
import type { DuplexChannel } from './rpc/channel.js';
import { noDetails } from './rpc/details.js';

/** Old engines take messages of at most 4 MiB. */
const messageLimit = 1024 * 1024;
const bytesTag = 0x0a;

interface Slices {
  bytes: number;
  readonly slices: Buffer[];
}

/**
 * The byte stream inside `Control.Session`, on which the engine is the client. Bytes go straight from the call to the
 * server that sits on this stream and back: no message object is made, nothing is copied.
 */
export class SessionStream extends Duplex {
  private readonly call: ReturnType<DuplexChannel['createCall']>;
  private heard: (() => void) | undefined;
  /** Resolves with the first bytes of the engine; rejects when it refuses the session. */
  readonly opened: Promise<void>;

  constructor(channel: DuplexChannel, metadata: Metadata) {
    super({ readableHighWaterMark: messageLimit, writableHighWaterMark: messageLimit });
    this.call = channel.createCall(ControlService.session.path, Number.POSITIVE_INFINITY);
    this.opened = new Promise((resolve, reject) => {
      this.heard = resolve;
      this.once('error', reject);
      this.once('close', () => reject(refused(status.UNAVAILABLE, 'The engine closed the session.')));
    });
    this.opened.catch(() => undefined);
    this.call.start(metadata, {
      onReceiveMetadata: () => undefined,
      onReceiveMessage: (message: Buffer) => this.receive(message),
      onReceiveStatus: ({ code, details }) => {
        if (code === status.OK) this.push(null);
        else this.destroy(refused(code, details));
      },
    });
  }

  private receive(message: Buffer): void {
    this.heard?.();
    const bytes = content(message);
    if (bytes.length === 0 || this.push(bytes)) this.call.startRead();
  }

  override _read(): void {
    this.call.startRead();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.send({ bytes: chunk.length, slices: [chunk] }, done);
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: () => void): void {
    const messages: Slices[] = [];
    for (const { chunk } of chunks) {
      const last = messages.at(-1);
      if (last === undefined || last.bytes + chunk.length > messageLimit) {
        messages.push({ bytes: chunk.length, slices: [chunk] });
      } else {
        last.slices.push(chunk);
        last.bytes += chunk.length;
      }
    }
    messages.forEach((message, at) => this.send(message, at === messages.length - 1 ? done : () => undefined));
  }

  private send({ bytes, slices }: Slices, done: () => void): void {
    const head = Buffer.from([bytesTag, ...varint(bytes)]);
    this.call.sendPieces([head, ...slices], head.length + bytes, done);
  }

  override _final(done: () => void): void {
    this.call.halfClose();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.call.cancelWithStatus(status.CANCELLED, 'The session is closed.');
    done(error);
  }
}

function refused(code: number, details: string): EngineError {
  return new EngineError('Control.Session', code, details, noDetails);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

/** The `data` of a BytesMessage, without a copy when it is the only field. */
function content(message: Buffer): Uint8Array {
  if (message.length < 2 || message[0] !== bytesTag) return BytesMessage.decode(message).data;
  let [length, at, factor] = [0, 1, 1];
  for (;;) {
    const byte = message[at++] ?? 0;
    length += (byte & 0x7f) * factor;
    factor *= 128;
    if (byte < 128 || at > 6) break;
  }
  return at + length === message.length ? message.subarray(at) : BytesMessage.decode(message).data;
}
