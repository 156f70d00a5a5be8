import { status } from '@grpc/grpc-js';
import { BytesMessage } from '../../gen/control.js';
import { MessageReader } from '../../rpc/messages.js';
import {
  contentOf,
  errorCode,
  type Frame,
  FrameReader,
  frameFlag,
  frameOf,
  frameType,
  has,
  numbersFrame,
  setting,
  WireError,
} from './frames.js';
import { HeaderDecoder } from './header-decoder.js';

/** What the engine may send ahead. */
export const tunnelWindow = 64 * 1024 * 1024;
const messageLimit = 16 * 1024 * 1024;

/** What the tunnel hears. */
export interface TunnelListener {
  /** Bytes of the session. */
  bytes(data: Uint8Array): void;
  /** To be sent back. */
  reply(frame: Buffer): void;
  initialWindow(size: number): void;
  frameSize(size: number): void;
  widen(stream: number, by: number): void;
  /** The call is over. */
  ended(code: status, message: string): void;
}

/** Reads the frames of the one call on the connection. */
export class TunnelInflow {
  private readonly reader = new FrameReader(0);
  private readonly decoder = new HeaderDecoder();
  private readonly messages = new MessageReader(messageLimit);
  private block: { readonly endStream: boolean; readonly parts: Buffer[] } | undefined;
  private unacknowledged = 0;

  constructor(
    private readonly stream: number,
    private readonly listener: TunnelListener,
  ) {}

  /** @throws WireError, RangeError when the other side does not speak this protocol */
  receive(chunk: Buffer): void {
    for (const frame of this.reader.push(chunk)) this.handle(frame);
  }

  private handle(frame: Frame): void {
    const { payload } = frame;
    switch (frame.type) {
      case frameType.data:
        return this.data(frame);
      case frameType.headers:
        this.block = { endStream: has(frame, frameFlag.endStream), parts: [] };
        return this.headers(frame);
      case frameType.continuation:
        return this.headers(frame);
      case frameType.settings:
        return this.settings(frame);
      case frameType.ping:
        if (!has(frame, frameFlag.ack)) this.listener.reply(frameOf(frameType.ping, frameFlag.ack, 0, payload));
        return;
      case frameType.windowUpdate:
        if (payload.length !== 4) throw new WireError('frameSize', 'A window update has another size.');
        return this.listener.widen(frame.stream, payload.readUInt32BE(0) & 0x7fffffff);
      case frameType.reset:
        if (frame.stream === this.stream) this.listener.ended(status.CANCELLED, 'The engine cancelled the session.');
        return;
      case frameType.goAway: {
        const code = payload.length < 8 ? errorCode.none : payload.readUInt32BE(4);
        if (code !== errorCode.none)
          this.listener.ended(status.UNAVAILABLE, `The engine said goodbye with code ${code}.`);
      }
    }
  }

  private data(frame: Frame): void {
    this.unacknowledged += frame.payload.length;
    if (this.unacknowledged > tunnelWindow / 4) {
      this.listener.reply(numbersFrame(frameType.windowUpdate, 0, this.unacknowledged));
      this.listener.reply(numbersFrame(frameType.windowUpdate, this.stream, this.unacknowledged));
      this.unacknowledged = 0;
    }
    for (const message of this.messages.push(contentOf(frame))) {
      const { data } = BytesMessage.decode(message);
      if (data.length > 0) this.listener.bytes(data);
    }
    if (has(frame, frameFlag.endStream)) this.listener.ended(status.UNAVAILABLE, 'The engine ended the session.');
  }

  private headers(frame: Frame): void {
    const { block } = this;
    if (block === undefined) throw new WireError('protocol', 'A continuation continues nothing.');
    block.parts.push(contentOf(frame));
    if (!has(frame, frameFlag.endHeaders)) return;
    this.block = undefined;
    const headers = new Map(this.decoder.decode(Buffer.concat(block.parts)));
    if (block.endStream) this.listener.ended(...statusOf(headers));
  }

  private settings(frame: Frame): void {
    if (has(frame, frameFlag.ack)) return;
    for (let at = 0; at + 6 <= frame.payload.length; at += 6) {
      const value = frame.payload.readUInt32BE(at + 2);
      const id = frame.payload.readUInt16BE(at);
      if (id === setting.initialWindowSize) this.listener.initialWindow(value);
      if (id === setting.maxFrameSize) this.listener.frameSize(value);
    }
    this.listener.reply(frameOf(frameType.settings, frameFlag.ack, 0, Buffer.alloc(0)));
  }
}

function statusOf(headers: ReadonlyMap<string, string>): [code: status, message: string] {
  const code = headers.get('grpc-status');
  const message = headers.get('grpc-message') ?? '';
  if (code === undefined)
    return [status.UNAVAILABLE, `The engine answered with HTTP status ${headers.get(':status') ?? 'none'}.`];
  return [Number(code), percentDecode(message)];
}

function percentDecode(message: string): string {
  const hex = (_: string, digits: string): string => String.fromCharCode(Number.parseInt(digits, 16));
  return Buffer.from(message.replaceAll(/%([0-9A-Fa-f]{2})/g, hex), 'latin1').toString();
}
