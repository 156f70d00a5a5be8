import { Duplex } from 'node:stream';

/** What is done to the bytes that arrive on a stream. */
export interface InboundFilter {
  /** Answers the bytes to hand on; what it throws ends the stream. */
  take(chunk: Buffer): readonly Buffer[];
  /** Asked when the other side has ended; an error ends the stream with it. */
  end?(): Promise<Error | undefined>;
}

/** A stream whose incoming bytes go through a filter; outgoing bytes pass as they are, without a copy. */
export class FilteredStream extends Duplex {
  constructor(
    private readonly inner: Duplex,
    private readonly inbound: InboundFilter,
  ) {
    super({ allowHalfOpen: true });
    inner.on('data', (chunk: Buffer) => this.receive(chunk));
    inner.on('end', () => void this.finish());
    inner.on('error', (error) => void this.fail(error));
    inner.on('close', () => void this.finish().then(() => this.destroy()));
    inner.pause();
  }

  private receive(chunk: Buffer): void {
    try {
      let more = true;
      for (const bytes of this.inbound.take(chunk)) more = this.push(bytes);
      if (!more) this.inner.pause();
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** A program that has ended says more than the pipe that broke with it. */
  private async fail(error: Error): Promise<void> {
    this.destroy((await this.inbound.end?.()) ?? error);
  }

  private async finish(): Promise<void> {
    const error = await this.inbound.end?.();
    if (error !== undefined) this.destroy(error);
    else if (!this.readableEnded && !this.destroyed) this.push(null);
  }

  override _read(): void {
    this.inner.resume();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.inner.write(chunk, done);
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.inner.cork();
    chunks.forEach(({ chunk }, at) =>
      at === chunks.length - 1 ? this.inner.write(chunk, done) : this.inner.write(chunk),
    );
    this.inner.uncork();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.inner.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.inner.destroy();
    done(error);
  }
}
