import type { Writable } from 'node:stream';
import { Page } from './page.js';

/** Most bytes of one page: large enough to cost little, small enough to let other streams in between. */
export const pageSize = 512 * 1024;

/** Where the frames of a connection go. */
export interface ByteSink {
  /** How many bytes a page may have now; less than `pageSize` when something downstream is full. */
  room(): number;
  /** Writes one page, laid out by `lay` within the room there was. */
  write(lay: (page: Page) => void): void;
  /** Called when there may be more room. */
  onRoom(listener: () => void): void;
  /** Nothing more will be written. */
  end(): void;
}

/** Pages as plain bytes. */
export function plainSink(target: Writable): ByteSink {
  return {
    room: () => (target.writable && !target.writableNeedDrain ? pageSize : 0),
    write: (lay) => {
      // How much it will be is known only when it is laid out.
      const page = new Page(Buffer.allocUnsafe(pageSize), undefined);
      lay(page);
      target.write(page.finish());
    },
    onRoom: (listener) => void target.on('drain', listener),
    end: () => void target.end(),
  };
}
