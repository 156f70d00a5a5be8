import { Duplex } from 'node:stream';

/**
 * Two ends of a byte stream in memory. Asynchronous, as Node's HTTP/2 must not be re-entered, and without a limit, as two
 * of them would wait for each other.
 */
export function streamPair(): readonly [Duplex, Duplex] {
  const [left, right] = [new End(), new End()];
  left.peer = right;
  right.peer = left;
  return [left, right];
}

class End extends Duplex {
  peer: End | undefined;

  override _read(): void {
    // Bytes come when the peer writes.
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    setImmediate(() => this.peer?.push(chunk));
    done();
  }

  override _final(done: () => void): void {
    setImmediate(() => this.peer?.push(null));
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    setImmediate(() => this.peer?.destroy());
    done(error);
  }
}
