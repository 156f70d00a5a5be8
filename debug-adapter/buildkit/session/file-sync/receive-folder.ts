import {
  chmodSync,
  closeSync,
  constants,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { makeFolders, removeMade } from '../../make-folders.js';
import type { Call } from '../rpc-server.js';
import { type BytePath, joinBytes, systemPath, textOf } from './byte-path.js';
import { goMode, hasContent, systemModeOf } from './file-mode.js';
import { OrderCheck } from './order.js';
import { readPacket } from './packet-reader.js';
import { type EntryStat, PacketWriter } from './packets.js';

export interface ReceiveOptions {
  readonly path: string;
  /** What is in the folder and was not sent is removed. */
  readonly mirror: boolean;
  readonly onWarning?: ((text: string) => void) | undefined;
}

/** Content that came and is not written yet. */
interface Incoming {
  readonly stat: EntryStat;
  parts: Uint8Array[];
  waiting: number;
  written: number;
}

/** Content is written when that much of a file has come. */
const writeSize = 1024 * 1024;
/** Files up to this size are written at once, without asking a thread to. */
const smallFile = 128 * 1024;
const sliceMs = 10;

/** The receiver's side of a Packet conversation: the engine writes a tree into a folder of the user, and only there. */
export async function receiveFolder(call: Call, options: ReceiveOptions): Promise<void> {
  const made = makeFolders(options.path);
  try {
    await new Receiver(call, await realpath(options.path), options).run();
  } catch (error) {
    removeMade(made);
    throw error;
  }
}

class Receiver {
  private readonly order = new OrderCheck();
  private readonly incoming = new Map<number, Incoming>();
  private readonly folders: EntryStat[] = [];
  /** Paths that came, with whether further names may link to them. */
  private readonly known = new Map<BytePath, 'file' | 'other'>();
  private readonly packets = new PacketWriter(16 * 1024);
  private listed = 0;
  private complete = false;

  constructor(
    private readonly call: Call,
    private readonly root: string,
    private readonly options: ReceiveOptions,
  ) {}

  async run(): Promise<void> {
    let end = performance.now() + sliceMs;
    let over = false;
    for await (const message of this.call.messages) {
      // After its last word the engine only closes its side.
      over ||= await this.handle(message);
      if (over) continue;
      await this.finishIfComplete();
      if (performance.now() < end) continue;
      await this.flush();
      await setImmediate();
      end = performance.now() + sliceMs;
    }
    if (!over) throw new Error('The engine ended the export early.');
  }

  /** True when all is said. */
  private async handle(message: Buffer): Promise<boolean> {
    const packet = readPacket(message);
    switch (packet.kind) {
      case 'entry':
        this.entry(packet.stat, this.listed++);
        return false;
      case 'listEnd':
        this.complete = true;
        return false;
      case 'data':
        await this.data(packet.id, packet.data);
        return false;
      case 'error':
        throw new Error(`error from sender: ${packet.text}`);
      case 'fin':
        return true;
      case 'request':
        throw new Error('The engine asks for content of what it exports.');
    }
  }

  private entry(stat: EntryStat, id: number): void {
    const isFolder = (stat.mode & goMode.folder) !== 0;
    this.order.next(stat.path, isFolder);
    const isPlain = hasContent(stat.mode);
    this.known.set(stat.path, isPlain ? 'file' : 'other');
    const where = systemPath(this.root, stat.path);
    const present = lstatSync(where, { throwIfNoEntry: false });
    if (isFolder) {
      this.folders.push(stat);
      if (present?.isDirectory() === true) return;
    }
    if (present !== undefined) rmSync(where, { recursive: true, force: true });
    if (isFolder) mkdirSync(where, 0o700);
    else if ((stat.mode & goMode.symlink) !== 0) this.symlink(stat, where);
    else if (!isPlain) this.options.onWarning?.(`"${textOf(stat.path)}" was not exported: it is a device or a pipe.`);
    else if (stat.link !== '') this.hardLink(stat, where);
    else this.file(stat, where, id);
  }

  private symlink(stat: EntryStat, where: string | Buffer): void {
    symlinkSync(Buffer.from(stat.link, 'latin1'), where);
    setTimes(lutimesSync, where, stat);
  }

  private hardLink(stat: EntryStat, where: string | Buffer): void {
    if (this.known.get(stat.link) !== 'file' || stat.link === stat.path) {
      throw new Error(
        `invalid link ${JSON.stringify(textOf(stat.path))} to unknown path: ${JSON.stringify(textOf(stat.link))}`,
      );
    }
    linkSync(systemPath(this.root, stat.link), where);
  }

  private file(stat: EntryStat, where: string | Buffer, id: number): void {
    closeSync(openSync(where, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600));
    this.incoming.set(id, { stat, parts: [], waiting: 0, written: 0 });
    this.packets.request(id);
  }

  private async data(id: number, data: Uint8Array): Promise<void> {
    const file = this.incoming.get(id);
    if (file === undefined) throw new Error(`invalid file request ${id}`);
    if (data.length > 0) {
      file.parts.push(data);
      file.waiting += data.length;
      if (file.waiting >= writeSize) await this.write(file);
      return;
    }
    this.incoming.delete(id);
    if (file.waiting > 0) await this.write(file);
    const where = systemPath(this.root, file.stat.path);
    chmodSync(where, systemModeOf(file.stat.mode));
    setTimes(utimesSync, where, file.stat);
  }

  private async write(file: Incoming): Promise<void> {
    const bytes = file.parts.length === 1 ? file.parts[0] : Buffer.concat(file.parts);
    const where = systemPath(this.root, file.stat.path);
    const flags = constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0);
    if (bytes === undefined) return;
    if (file.written === 0 && bytes.length <= smallFile) {
      const descriptor = openSync(where, flags);
      try {
        for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
      } finally {
        closeSync(descriptor);
      }
    } else {
      await using handle = await open(where, flags);
      for (let at = 0; at < bytes.length; ) {
        at += (await handle.write(bytes, at, bytes.length - at, file.written + at)).bytesWritten;
      }
    }
    file.written += bytes.length;
    file.parts = [];
    file.waiting = 0;
  }

  private async flush(): Promise<void> {
    if (this.packets.length > 0) await this.call.sendFramed(this.packets.take());
  }

  /** Asks for what is missing, or says that nothing is. */
  private async finishIfComplete(): Promise<void> {
    if (this.complete && this.incoming.size === 0) {
      this.complete = false;
      if (this.options.mirror) this.removeOthers('');
      // Only now, as writing into a folder changes its time and may need permissions that it shall not keep.
      for (const folder of this.folders.reverse()) {
        const where = systemPath(this.root, folder.path);
        chmodSync(where, systemModeOf(folder.mode));
        setTimes(utimesSync, where, folder);
      }
      this.packets.fin();
    }
    await this.flush();
  }

  private removeOthers(folder: BytePath): void {
    for (const child of readdirSync(systemPath(this.root, folder), { withFileTypes: true, encoding: 'latin1' })) {
      const path = joinBytes(folder, child.name);
      if (!this.known.has(path)) rmSync(systemPath(this.root, path), { recursive: true, force: true });
      else if (child.isDirectory()) this.removeOthers(path);
    }
  }
}

function setTimes(
  set: (path: string | Buffer, accessed: number, modified: number) => void,
  where: string | Buffer,
  stat: EntryStat,
): void {
  const seconds = Number(stat.modTime) / 1e9;
  set(where, seconds, seconds);
}
