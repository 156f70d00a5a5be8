import { errorCode, frameType, numbersFrame } from './frames.js';
import { responseHeaders } from './header-encoder.js';
import { headersFrame, type Outflow, type OutStream } from './outflow.js';

/** Bytes that a call may queue before its writer waits. */
const writeAhead = 1024 * 1024;

/** What a call hears of its stream. */
export interface StreamListener {
  data(bytes: Buffer): void;
  end(): void;
  aborted(cause: Error): void;
}

/** The outgoing half: headers first, then bytes, then trailers. */
class Outgoing {
  private readonly stream: OutStream;
  private begun = false;
  private over = false;
  private waiting: (() => void)[] = [];

  constructor(
    private readonly id: number,
    private readonly outflow: Outflow,
  ) {
    this.stream = outflow.open(id);
  }

  /**
   * Resolves when so little waits that more may come, or when nobody wants it any more.
   *
   * @param taken called when the bytes are copied and may change
   */
  async write(bytes: Uint8Array, taken?: () => void): Promise<void> {
    if (this.over) return;
    this.begin();
    this.stream.add(bytes, taken);
    this.outflow.pump();
    if (this.stream.queued > writeAhead) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private begin(): void {
    if (this.begun) return;
    this.begun = true;
    this.outflow.control(headersFrame(this.id, responseHeaders, false));
  }

  /** @param abandon tell the peer that the rest of its request is not wanted */
  end(trailers: Buffer, abandon: boolean): void {
    if (this.over) return;
    this.over = true;
    const block = this.begun ? trailers : Buffer.concat([responseHeaders, trailers]);
    const last = headersFrame(this.id, block, true);
    const reset = numbersFrame(frameType.reset, this.id, errorCode.none);
    this.stream.finish(abandon ? Buffer.concat([last, reset]) : last);
    this.outflow.pump();
    this.release();
  }

  /** Some of it was sent. */
  moved(): void {
    if (this.stream.queued <= writeAhead) this.release();
  }

  drop(): void {
    this.over = true;
    this.outflow.drop(this.id);
    this.release();
  }

  private release(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** One call of the peer. */
export class ServerStream {
  readonly outgoing: Outgoing;
  private listener: StreamListener | undefined;
  private unacknowledged = 0;
  private ended = false;
  private over = false;

  /** @param done called when nothing more will be heard of it */
  constructor(
    readonly id: number,
    private readonly outflow: Outflow,
    private readonly window: number,
    private readonly done: () => void,
  ) {
    this.outgoing = new Outgoing(id, outflow);
  }

  listen(listener: StreamListener): void {
    this.listener = listener;
  }

  receive(bytes: Buffer, size: number, last: boolean): void {
    // Padding counts for the window and is consumed at once.
    if (size > bytes.length) this.consumed(size - bytes.length);
    if (bytes.length > 0) this.listener?.data(bytes);
    if (!last) return;
    this.ended = true;
    this.listener?.end();
  }

  /** Lets the peer send that much more. */
  consumed(bytes: number): void {
    this.unacknowledged += bytes;
    if (this.over || this.ended || this.unacknowledged < this.window / 4) return;
    this.outflow.control(numbersFrame(frameType.windowUpdate, this.id, this.unacknowledged));
    this.unacknowledged = 0;
  }

  /** Ends the call with its status. */
  end(trailers: Buffer): void {
    if (this.over) return;
    this.over = true;
    this.outgoing.end(trailers, !this.ended);
    this.done();
  }

  abort(cause: Error): void {
    if (this.over) return;
    this.over = true;
    this.outgoing.drop();
    this.listener?.aborted(cause);
  }
}
