/**
 * Entries of a folder, read off the wire by hand: a folder may have a hundred thousand, and a message object for each, with
 * big integers in it, takes longer than the engine takes to look.
 */
import type { MethodDefinition } from '@grpc/grpc-js';

/** What is told of an entry. */
export interface DirEntry {
  /** Its name. */
  readonly path: string;
  /** Go's file mode. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes. */
  readonly size: number;
  /** Nanoseconds since the epoch, to the precision of a number; 0 for unknown. */
  readonly modTime: number;
  /** Target of a link; '' for what is none. */
  readonly linkname: string;
}

/** A method that answers a folder's entries, with this reader in place of its own. */
export function readingEntries<Q>(
  method: Pick<
    MethodDefinition<Q, unknown>,
    'path' | 'requestStream' | 'responseStream' | 'requestSerialize' | 'requestDeserialize'
  >,
): MethodDefinition<Q, ReturnType<typeof readEntries>> {
  const { path, requestStream, responseStream, requestSerialize, requestDeserialize } = method;
  const responseSerialize = (): never => {
    throw new Error('Only engines answer what is in a folder.');
  };
  const request = { path, requestStream, responseStream, requestSerialize, requestDeserialize };
  return { ...request, responseSerialize, responseDeserialize: readEntries };
}

/** What `ReadDir` answers. Throws for bytes that are no such answer. */
export function readEntries(bytes: Buffer): { readonly entries: readonly DirEntry[] } {
  const reader = new Reader(bytes);
  const entries: DirEntry[] = [];
  while (reader.at < bytes.length) {
    const tag = reader.varint();
    if (tag === 10) entries.push(readEntry(reader));
    else reader.skip(tag);
  }
  return { entries };
}

/** Numbers of the fields are those of `fsutil.types.Stat`. */
function readEntry(reader: Reader): DirEntry {
  const end = reader.varint() + reader.at;
  let [path, linkname, mode, uid, gid, size, modTime] = ['', '', 0, 0, 0, 0, 0];
  while (reader.at < end) {
    const tag = reader.varint();
    if (tag === 10) path = reader.text();
    else if (tag === 16) mode = reader.varint();
    else if (tag === 24) uid = reader.varint();
    else if (tag === 32) gid = reader.varint();
    else if (tag === 40) size = reader.varint();
    else if (tag === 48) modTime = reader.varint();
    else if (tag === 58) linkname = reader.text();
    else reader.skip(tag);
  }
  return { path, mode, uid, gid, size, modTime, linkname };
}

class Reader {
  at = 0;

  constructor(private readonly bytes: Buffer) {}

  /** Signed; beyond 53 bits to the precision of a number. */
  varint(): number {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new Error('The answer of the engine about a folder is cut short.');
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value >= 2 ** 63 ? value - 2 ** 64 : value;
      factor *= 128;
    }
  }

  text(): string {
    const length = this.varint();
    const start = this.at;
    this.#move(length);
    return this.bytes.toString('utf8', start, this.at);
  }

  skip(tag: number): void {
    switch (tag & 7) {
      case 0:
        this.varint();
        return;
      case 1:
        return this.#move(8);
      case 2:
        return this.#move(this.varint());
      case 5:
        return this.#move(4);
      default:
        throw new Error('The answer of the engine about a folder has a field of an unknown kind.');
    }
  }

  #move(by: number): void {
    if (by < 0 || this.at + by > this.bytes.length)
      throw new Error('The answer of the engine about a folder is cut short.');
    this.at += by;
  }
}
