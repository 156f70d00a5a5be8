import { Duplex } from 'node:stream';
import { HeaderGuard } from './header-guard.js';

/** The same byte stream with headers that Node can take; see header-guard.ts. */
export function guarded(transport: Duplex): Duplex {
  return new GuardedTransport(transport);
}

class GuardedTransport extends Duplex {
  private readonly guard = new HeaderGuard();

  constructor(private readonly transport: Duplex) {
    super({ allowHalfOpen: true });
    transport.on('data', (chunk: Buffer) => this.receive(chunk));
    transport.on('end', () => this.push(null));
    transport.on('error', (error) => this.destroy(error));
    transport.on('close', () => this.destroy());
    transport.pause();
  }

  private receive(chunk: Buffer): void {
    try {
      let more = true;
      for (const bytes of this.guard.push(chunk)) more = this.push(bytes);
      if (!more) this.transport.pause();
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  override _read(): void {
    this.transport.resume();
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    this.transport.write(chunk, done);
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.transport.cork();
    chunks.forEach(({ chunk }, at) =>
      at === chunks.length - 1 ? this.transport.write(chunk, done) : this.transport.write(chunk),
    );
    this.transport.uncork();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.transport.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.transport.destroy();
    done(error);
  }
}
