import { errorCode, frameFlag, frameOf, frameType, numbersFrame } from './frames.js';
import type { Header } from './header-decoder.js';
import { headersFrame, type Outflow, type OutStream } from './outflow.js';

/** What a call hears of its stream. */
export interface ClientStreamListener {
  headers(headers: readonly Header[], last: boolean): void;
  data(bytes: Buffer, last: boolean): void;
  /** Nothing more will come, and not because it ended. @param code why the peer gave up; undefined with the connection */
  broken(code: number | undefined): void;
}

/** One call of ours. Its frames wait while the peer has as many calls as it takes. */
export class ClientStream {
  /** Of the stream on its connection; 0 before its turn. */
  number = 0;
  private out: OutStream | undefined;
  private early: (() => void)[] | undefined = [];
  private localEnd = false;
  private remoteEnd = false;
  private over = false;
  private unacknowledged = 0;

  /** @param done called when the peer has one call less to care for */
  constructor(
    private readonly listener: ClientStreamListener,
    private readonly outflow: Outflow,
    private readonly window: number,
    private readonly done: (id: number) => void,
  ) {}

  /** It is its turn. */
  begin(id: number, block: Buffer): void {
    this.number = id;
    this.out = this.outflow.open(id);
    this.outflow.control(headersFrame(id, block, false));
    const { early = [] } = this;
    this.early = undefined;
    for (const act of early) act();
  }

  /** Bytes that are not with the connection yet. */
  get queued(): number {
    return this.out?.queued ?? 0;
  }

  /** The peer wants no more, or was told that there is no more. */
  get closing(): boolean {
    return this.over || this.localEnd;
  }

  /** @param taken called when the last of the pieces is with the connection; never when the stream ends before */
  send(pieces: readonly Uint8Array[], taken: () => void): void {
    if (this.early !== undefined) return void this.early.push(() => this.send(pieces, taken));
    if (this.over) return;
    pieces.forEach((bytes, at) => this.out?.add(bytes, at === pieces.length - 1 ? taken : undefined));
    this.outflow.pump();
  }

  /** Nothing more will be sent. */
  end(): void {
    if (this.localEnd) return;
    this.localEnd = true;
    if (this.early !== undefined) this.early.push(() => this.sendEnd());
    else this.sendEnd();
  }

  private sendEnd(): void {
    if (this.over) return;
    this.out?.finish(frameOf(frameType.data, frameFlag.endStream, this.number, Buffer.alloc(0)));
    this.outflow.pump();
    this.closeWhenEnded();
  }

  /** Gives up. */
  cancel(): void {
    if (this.over) return;
    if (this.number > 0) this.outflow.control(numbersFrame(frameType.reset, this.number, errorCode.cancel));
    this.close();
  }

  /** Lets the peer send that much more. */
  consumed(bytes: number): void {
    this.unacknowledged += bytes;
    if (this.over || this.remoteEnd || this.unacknowledged < this.window / 4) return;
    this.outflow.control(numbersFrame(frameType.windowUpdate, this.number, this.unacknowledged));
    this.unacknowledged = 0;
  }

  receiveHeaders(headers: readonly Header[], last: boolean): void {
    this.remoteEnd ||= last;
    this.listener.headers(headers, last);
    this.closeWhenEnded();
  }

  receiveData(bytes: Buffer, size: number, last: boolean): void {
    this.remoteEnd ||= last;
    // Padding counts for the window and is consumed at once.
    if (size > bytes.length) this.consumed(size - bytes.length);
    this.listener.data(bytes, last);
    this.closeWhenEnded();
  }

  break(code: number | undefined): void {
    if (this.over) return;
    this.close();
    this.listener.broken(code);
  }

  /** What was not sent when the peer had its say, nobody will read. */
  private closeWhenEnded(): void {
    if (this.over || !this.remoteEnd) return;
    if (this.localEnd && this.queued === 0) this.close();
    else if (this.localEnd) this.cancel();
  }

  private close(): void {
    this.over = true;
    this.outflow.drop(this.number);
    this.done(this.number);
  }
}
