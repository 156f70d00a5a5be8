import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { makeFolders } from '../../make-folders.js';
import { blobPath, incomingName } from './blob-path.js';
import { RpcError } from '../rpc-server.js';
import { systemCode } from '../../system-code.js';

/** A blob that is there. */
export interface Blob {
  readonly digest: string;
  readonly size: number;
  readonly changed: Date;
  readonly path: string;
}

/** Blobs by digest in a folder of the user, laid out as an OCI layout: `blobs/sha256/<hex>`. */
export class BlobStore {
  private readonly writing = new Map<string, BlobWriter>();

  constructor(private readonly root: string) {}

  /** @throws RpcError NOT_FOUND */
  async find(digest: string): Promise<Blob> {
    const path = this.pathOf(digest);
    try {
      const found = await stat(path);
      if (found.isFile()) return { digest, size: found.size, changed: found.mtime, path };
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
    throw new RpcError(status.NOT_FOUND, `${this.root} has no blob ${digest}`);
  }

  /** Whether it is there, for somebody who is about to name it: its age, which lets old ones go, begins anew. */
  async claim(digest: string): Promise<boolean> {
    try {
      const { path } = await this.find(digest);
      const now = new Date();
      await utimes(path, now, now).catch((error: unknown) => {
        // It is there where it may not be touched, too.
        if (systemCode(error) === 'ENOENT') throw new RpcError(status.NOT_FOUND, `${digest} was removed`);
      });
      return true;
    } catch (error) {
      if (error instanceof RpcError && error.code === status.NOT_FOUND) return false;
      throw error;
    }
  }

  /** The writer that has this name now. */
  writer(ref: string): BlobWriter | undefined {
    return this.writing.get(ref);
  }

  /** Starts a blob; one writer at a time for each name. */
  async create(ref: string): Promise<BlobWriter> {
    if (this.writing.has(ref)) throw new RpcError(status.UNAVAILABLE, `ref ${ref} locked`);
    const writer = new BlobWriter(
      this.root,
      (digest) => this.pathOf(digest),
      () => this.writing.delete(ref),
    );
    this.writing.set(ref, writer);
    try {
      await writer.open();
    } catch (error) {
      this.writing.delete(ref);
      throw error;
    }
    return writer;
  }

  private pathOf(digest: string): string {
    const path = blobPath(digest);
    if (path === undefined) throw new RpcError(status.INVALID_ARGUMENT, `invalid digest ${JSON.stringify(digest)}`);
    return join(this.root, path);
  }
}

/** A blob that is being written; it becomes visible when it is complete. */
export class BlobWriter {
  readonly started = new Date();
  private readonly path: string;
  private file: FileHandle | undefined;
  private hash: Hash = createHash('sha256');
  offset = 0;

  constructor(
    root: string,
    private readonly pathOf: (digest: string) => string,
    private readonly done: () => void,
  ) {
    this.path = join(root, incomingName());
  }

  async open(): Promise<void> {
    makeFolders(dirname(this.path));
    this.file = await open(this.path, 'wx');
  }

  async write(data: Uint8Array): Promise<void> {
    for (let at = 0; at < data.length; ) {
      at += (await this.handle().write(data, at, data.length - at, this.offset + at)).bytesWritten;
    }
    this.hash.update(data);
    this.offset += data.length;
  }

  /** Begins anew. */
  async truncate(): Promise<void> {
    await this.handle().truncate(0);
    this.hash = createHash('sha256');
    this.offset = 0;
  }

  /** @throws RpcError when it is not what was expected */
  async commit(expected: string, total: number): Promise<string> {
    const digest = `sha256:${this.hash.digest('hex')}`;
    if (total > 0 && total !== this.offset) {
      throw new RpcError(status.FAILED_PRECONDITION, `unexpected commit size ${this.offset}, expected ${total}`);
    }
    if (expected !== '' && expected !== digest) {
      throw new RpcError(status.FAILED_PRECONDITION, `unexpected commit digest ${digest}, expected ${expected}`);
    }
    await this.handle().close();
    this.file = undefined;
    const target = this.pathOf(digest);
    makeFolders(dirname(target));
    await rename(this.path, target);
    return digest;
  }

  /** Ends it; what is not committed is removed. */
  async close(): Promise<void> {
    this.done();
    await this.file?.close();
    this.file = undefined;
    await rm(this.path, { force: true });
  }

  private handle(): FileHandle {
    if (this.file === undefined) throw new RpcError(status.FAILED_PRECONDITION, 'the blob is complete');
    return this.file;
  }
}
