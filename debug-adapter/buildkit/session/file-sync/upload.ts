import { setImmediate } from 'node:timers/promises';
import { monotonicMs } from '../../clock.js';
import { status } from '@grpc/grpc-js';
import type { Listing, SessionOptions } from '../../api.js';
import { type BytePath, textOf } from './byte-path.js';
import { type Call, type Method, RpcError } from '../rpc-server.js';
import { BufferRing, readLarge, readSmall } from './content.js';
import { hasContent } from './file-mode.js';
import { ListingDigest, listNow, requestFilter } from './listing.js';
import { readPacket } from './packet-reader.js';
import { packetOverhead, PacketWriter } from './packets.js';
import { readRequest, type SyncRequest } from './request.js';
import { type Found, Tree } from './tree.js';
import { walk } from './walk.js';
import { watchListing } from './watch-listing.js';

/** Below this, opening and reading synchronously is cheaper than asking a thread to. */
const smallFile = 256 * 1024;
/** Content of a packet; old engines take messages of at most 4 MiB. */
const pieceSize = 1024 * 1024 - 1024;
const batchSize = 1024 * 1024;
/** One is read into while others wait to be sent. */
const ringSize = 3;
const sliceMs = 10;
/** Of so many files that were sent the paths are kept. */
const remembered = 1000;

/** `FileSync.DiffCopy`: sends the part of a local folder that the engine asks for. */
export function uploadMethod(options: SessionOptions): Method {
  return async (call) => {
    const request = readRequest(call);
    const source = Object.hasOwn(options.locals, request.name) ? options.locals[request.name] : undefined;
    if (source === undefined) throw new RpcError(status.NOT_FOUND, `no access allowed to dir "${request.name}"`);
    const report = (files: number, bytes: number): void => options.onTransfer?.({ name: request.name, files, bytes });
    const packets = new PacketWriter(batchSize);
    try {
      const at = Date.now();
      const upload = new Upload(call, Tree.open(source), packets, report);
      const digest = await upload.run(request);
      const changed = async (signal: AbortSignal): Promise<boolean> =>
        (await listNow(source, request, signal)) !== digest;
      // Only these are kept with what was listed.
      const { folders, sent } = upload;
      options.onListed?.({
        name: request.name,
        root: source.root,
        sent,
        changed,
        watch: (saved) => watchListing({ source, request, folders, at, changed }, saved),
      });
    } catch (error) {
      // Before the status, as the engine shows this text.
      packets.error(error instanceof Error ? error.message : String(error));
      void call.sendFramed(packets.take());
      throw error;
    }
  };
}

/** One conversation: entries are listed, files that the engine asks for are sent meanwhile. */
class Upload {
  /** Files by the position of their entry. */
  private readonly files = new Map<number, Found>();
  /** Those that were listed, the root first. */
  readonly folders: BytePath[] = [''];
  /** Of those that were sent, as far as they are remembered. */
  private readonly paths: string[] = [];
  private sentCount = 0;
  private fileCount = 0;
  private readonly wanted: number[] = [];
  private wake: (() => void) | undefined;
  private ring: BufferRing | undefined;
  private listed = 0;
  private finished = false;
  private readonly progress: Progress;

  constructor(
    private readonly call: Call,
    private readonly tree: Tree,
    private readonly packets: PacketWriter,
    report: (files: number, bytes: number) => void,
  ) {
    this.progress = new Progress(report);
  }

  /** Gives the digest of what was listed. */
  async run(request: SyncRequest): Promise<string> {
    const stopped = new AbortController();
    const signal = AbortSignal.any([this.call.signal, stopped.signal]);
    try {
      const [digest] = await Promise.all([this.list(request, signal), this.answer(signal), this.hear()]);
      this.packets.fin();
      await this.flush();
      return digest;
    } finally {
      stopped.abort();
      this.finished = true;
      this.wake?.();
      this.progress.end();
    }
  }

  get sent(): Listing['sent'] {
    return { paths: this.paths, count: this.sentCount, listed: this.fileCount };
  }

  private async list(request: SyncRequest, signal: AbortSignal): Promise<string> {
    const filter = await requestFilter(this.tree, request);
    const digest = new ListingDigest();
    for await (const batch of walk(this.tree, filter, signal)) {
      for (const found of batch) {
        this.packets.stat(found.stat);
        digest.add(found);
        if (found.isFolder) this.folders.push(found.stat.path);
        if (hasContent(found.stat.mode)) this.files.set(this.listed, found);
        this.fileCount += hasContent(found.stat.mode) ? 1 : 0;
        this.listed += 1;
        if (this.packets.full) await this.flush();
      }
      await this.flush();
    }
    this.packets.listEnd();
    await this.flush();
    return digest.end();
  }

  private async hear(): Promise<void> {
    for await (const message of this.call.messages) {
      const packet = readPacket(message);
      switch (packet.kind) {
        case 'request':
          this.wanted.push(packet.id);
          this.wake?.();
          break;
        case 'error':
          throw new Error(`error from receiver: ${packet.text}`);
        case 'fin':
          this.finished = true;
          this.wake?.();
          return;
        default:
          throw new Error(`The engine sent a packet of kind ${packet.kind}.`);
      }
    }
    throw new RpcError(status.CANCELLED, 'the engine ended the transfer early');
  }

  private async answer(signal: AbortSignal): Promise<void> {
    let end = monotonicMs() + sliceMs;
    let next = 0;
    for (;;) {
      const id = this.wanted[next++];
      if (id === undefined) {
        this.wanted.length = next = 0;
        if (!(await this.moreWanted())) return;
        end = monotonicMs() + sliceMs;
        continue;
      }
      await this.sendFile(id, signal);
      if (monotonicMs() < end) continue;
      await setImmediate();
      signal.throwIfAborted();
      end = monotonicMs() + sliceMs;
    }
  }

  /** Waits for requests; those that arrive together are answered together. */
  private async moreWanted(): Promise<boolean> {
    await setImmediate();
    if (this.wanted.length > 0) return true;
    await this.flush();
    while (this.wanted.length === 0 && !this.finished) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    return this.wanted.length > 0;
  }

  private async sendFile(id: number, signal: AbortSignal): Promise<void> {
    const file = this.files.get(id);
    if (file === undefined) throw new Error(`invalid file id ${id}`);
    this.files.delete(id);
    this.sentCount += 1;
    if (this.paths.length < remembered) this.paths.push(textOf(file.stat.path));
    if (file.isFile && !this.sendSmall(id, file)) await this.sendLarge(id, file, signal);
    this.packets.data(id, new Uint8Array(0));
    this.progress.file();
    if (this.packets.full) await this.flush();
  }

  private sendSmall(id: number, file: Found): boolean {
    if (file.stat.size > smallFile) return false;
    const length = readSmall(this.tree, file, this.packets.space(file.stat.size + 1));
    if (length === undefined) return false;
    if (length > 0) this.packets.dataRead(id, length);
    this.progress.bytes(length);
    return true;
  }

  private async sendLarge(id: number, file: Found, signal: AbortSignal): Promise<void> {
    await this.flush();
    this.ring ??= new BufferRing(ringSize, packetOverhead + pieceSize);
    const { ring } = this;
    for await (const { buffer, length } of readLarge(this.tree, file, ring, packetOverhead)) {
      signal.throwIfAborted();
      await this.call.sendFramed(PacketWriter.dataBefore(buffer, id, length), () => ring.giveBack(buffer));
      this.progress.bytes(length);
    }
  }

  private async flush(): Promise<void> {
    if (this.packets.length > 0) await this.call.sendFramed(this.packets.take());
  }
}

const reportMs = 100;

/** Tells how far it is, a few times in a second. */
class Progress {
  private files = 0;
  private sum = 0;
  private told = monotonicMs();

  constructor(private readonly report: (files: number, bytes: number) => void) {}

  file(): void {
    this.files += 1;
    this.bytes(0);
  }

  bytes(count: number): void {
    this.sum += count;
    if (monotonicMs() - this.told > reportMs) this.end();
  }

  end(): void {
    this.told = monotonicMs();
    this.report(this.files, this.sum);
  }
}
