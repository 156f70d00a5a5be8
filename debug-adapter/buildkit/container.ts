import type { Abortable, Container, ContainerRequest, Process, ProcessRequest, ReadDirOptions } from './api.js';
import { type DirEntry, readingEntries } from './dir-entries.js';
import type { Stat } from './gen/fsutil.js';
import { type FileRange, LLBBridgeService, NewContainerRequest } from './gen/gateway.js';
import { type GatewayCalls, includePattern, onlyNamed, present, readInPieces } from './gateway-calls.js';
import { startProcess } from './process.js';

const readDirContainer = readingEntries(LLBBridgeService.readDirContainer);

/** Starting nothing yet: mounts are prepared, lazy refs are solved. */
export async function openContainer(
  calls: GatewayCalls,
  capabilities: ReadonlySet<string>,
  id: string,
  request: ContainerRequest,
  options: Abortable,
): Promise<Container> {
  const message = NewContainerRequest.fromPartial({
    ContainerID: id,
    Mounts: [...request.mounts],
    Network: request.network,
    platform: request.platform,
    extraHosts: [...(request.extraHosts ?? [])],
    hostname: request.hostname ?? '',
  });
  await calls.unary(LLBBridgeService.newContainer, message, options);
  return new OpenContainer(calls, capabilities, id, request);
}

class OpenContainer implements Container {
  private released: Promise<void> | undefined;

  constructor(
    private readonly calls: GatewayCalls,
    private readonly capabilities: ReadonlySet<string>,
    readonly id: string,
    private readonly request: ContainerRequest,
  ) {}

  async exec(request: ProcessRequest, options: Abortable = {}): Promise<Process> {
    const kill = () => void this[Symbol.asyncDispose]();
    const place = { containerId: this.id, signals: this.capabilities.has('gateway.exec.signals'), kill };
    return await startProcess(this.calls.converse(LLBBridgeService.execProcess, options), place, request);
  }

  async readDir(mount: number, path: string, options: ReadDirOptions = {}): Promise<readonly DirEntry[]> {
    const include = includePattern(options.only);
    const request = { Ref: this.id, DirPath: this.inside(mount, path), IncludePattern: include, MountIndex: mount };
    return onlyNamed(
      (await this.calls.unary(readDirContainer, request, { ...options, ofFiles: true })).entries,
      options.only,
    );
  }

  async statFile(mount: number, path: string, options: Abortable = {}): Promise<Stat> {
    const request = { Ref: this.id, Path: this.inside(mount, path), MountIndex: mount };
    const answer = await this.calls.unary(LLBBridgeService.statFileContainer, request, { ...options, ofFiles: true });
    return present(answer.stat, path);
  }

  async readFile(
    mount: number,
    path: string,
    range: { readonly offset: number; readonly length: number },
    options: Abortable = {},
  ): Promise<Uint8Array> {
    const read = async (Range: FileRange) => {
      const request = { Ref: this.id, FilePath: this.inside(mount, path), Range, MountIndex: mount };
      return (await this.calls.unary(LLBBridgeService.readFileContainer, request, { ...options, ofFiles: true })).Data;
    };
    const whole = await this.wholeAnswer(read, async () => await this.statFile(mount, path, options));
    return whole?.subarray(range.offset, range.offset + range.length) ?? (await readInPieces(range, read));
  }

  /** Engines before 0.34 answer the whole file whatever is asked for; this is it. Undefined where ranges are kept. */
  private async wholeAnswer(
    read: (range: FileRange) => Promise<Uint8Array>,
    stat: () => Promise<Stat>,
  ): Promise<Uint8Array | undefined> {
    if (this.calls.containerRanges) return undefined;
    const one = await read({ Offset: 0n, Length: 1n });
    if (one.length === 1 && (await stat()).size > 1n) this.calls.containerRanges = true;
    return this.calls.containerRanges ? undefined : one;
  }

  /** The engine looks into the source of the mount and knows nothing of its selector. */
  private inside(mount: number, path: string): string {
    const selector = this.request.mounts[mount]?.selector ?? '';
    // A file may be mounted too, and has no slash behind it.
    return `/${selector}/${path}`.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.released ??= this.calls.unary(LLBBridgeService.releaseContainer, { ContainerID: this.id }).then(
      () => undefined,
      // Usually the exit status of the first process; and with the build the container is gone as well.
      () => undefined,
    );
    await this.released;
  }
}
