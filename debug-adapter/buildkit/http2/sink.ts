import type { Writable } from 'node:stream';
import { Page } from './page.js';

/** Most bytes of one page: large enough to cost little, small enough to let other streams in between. */
export const pageSize = 512 * 1024;

/** Where the frames of a connection go. */
export interface ByteSink {
  /** How many bytes a page may have now; less than `pageSize` when something downstream is full. */
  room(): number;
  /**
   * Writes one page, laid out by `lay` within the room there was.
   *
   * @param most bytes that it will be at most
   */
  write(lay: (page: Page) => void, most: number): void;
  /** Called when there may be more room. */
  onRoom(listener: () => void): void;
  /** Nothing more will be written. */
  end(): void;
}

/** Pages as plain bytes; those of one moment go out together. */
export function plainSink(target: Writable): ByteSink {
  let corked = false;
  const cork = (): void => {
    if (corked) return;
    corked = true;
    target.cork();
    process.nextTick(() => {
      corked = false;
      target.uncork();
    });
  };
  return {
    room: () => (target.writable && !target.writableNeedDrain ? pageSize : 0),
    write: (lay, most) => {
      const page = new Page(Buffer.allocUnsafe(most), undefined);
      lay(page);
      cork();
      target.write(page.finish());
    },
    onRoom: (listener) => void target.on('drain', listener),
    end: () => void target.end(),
  };
}
