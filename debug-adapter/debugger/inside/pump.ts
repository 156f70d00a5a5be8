/** From the streams of a shell to what its script writes and what its hook says. */
import type { Process } from '../../buildkit/api.js';
import { takeTurns } from '../../buildkit/turns.js';
import type { OutputSink } from '../api.js';
import { withoutTrace } from './trace.js';
import { listen, type Word } from './words.js';

/** By which the words of the hook are known, and what the script has in front of it. */
export interface Own {
  readonly token: string;
  readonly begin: string;
}

export interface Listener {
  readonly write: OutputSink;
  hear(word: Word, fd: 1 | 2): void;
}

/** So long a line that is not over waits for its end, in milliseconds: it may be about the hook. */
const HELD = 20;

/** Tells all in the order in which it was written. Resolves with the end of the streams. */
export async function pump(output: Process['output'], { token, begin }: Own, listener: Listener): Promise<void> {
  const ears = { 1: listen(token), 2: listen(token) };
  const filter = withoutTrace();
  const turn = takeTurns();
  const early: Uint8Array[] = [];
  let isReady = false;
  const write = async (fd: 1 | 2, data: Uint8Array): Promise<void> => {
    if (data.length > 0) await listener.write({ fd, data });
  };
  // A shell says all of a line before the hook says anything.
  const release = async (): Promise<void> => await write(2, Buffer.from(filter.rest()));
  let held: NodeJS.Timeout | undefined;
  for await (const { fd, data } of output) {
    clearTimeout(held);
    for (const heard of ears[fd].take(data)) {
      if (fd === 2 && heard.kind !== 'text') await release();
      if (heard.kind === 'ready') isReady = true;
      else if (heard.kind !== 'text') listener.hear(heard, fd);
      else if (fd === 1) await write(1, heard.data);
      else if (isReady) await write(2, Buffer.from(filter.take(heard.data)));
      else early.push(heard.data);
    }
    held = setTimeout(() => void release(), HELD).unref();
    await turn();
  }
  clearTimeout(held);
  // Before it is ready, a shell traces what is not of the script; one that never is says why.
  if (!isReady) await write(2, Buffer.from(Buffer.concat(early).toString().replaceAll(begin, '')));
  await write(1, ears[1].rest());
  await write(2, Buffer.from(filter.take(ears[2].rest()) + filter.rest()));
}
