/**
 * What the rest of the adapter sees of an engine. Implemented by connect.ts, engine.ts, build.ts, gateway.ts and
 * container.ts; kept apart so that a scripted engine can stand in where a real one cannot be made to fail.
 *
 * Every method rejects with `EngineError` (the engine said no, or the connection broke) or with the signal's reason.
 */
import type { Duplex } from 'node:stream';
import type { DirEntry } from './dir-entries.js';
import type { StatusResponse } from './gen/control.js';
import type { Definition, Mount, NetMode, Platform, SecretEnv, SecurityMode, Meta, HostIP } from './gen/ops.js';
import type { Stat } from './gen/fsutil.js';
import type { Attestations } from './gen/gateway.js';

export interface Abortable {
  readonly signal?: AbortSignal | undefined;
}

export interface ReadDirOptions extends Abortable {
  /** Only the entry of this name. */
  readonly only?: string;
}

/** A way to reach one engine; dialling gives a raw HTTP/2 (h2c) byte stream. */
export interface Endpoint {
  /** As a user would write it, e.g. `unix:///run/buildkit/buildkitd.sock`. */
  readonly address: string;
  /** How it was found, for messages: `BUILDKIT_HOST`, `docker context desktop-linux`, `launch argument "builder"` … */
  readonly origin: string;
  readonly kind: 'buildkitd' | 'docker';
  /** `BUILDER/NODE`, where it is one of buildx. */
  readonly node?: string;
  /** HTTP/2 `:authority`. */
  readonly authority: string;
  dial(options: Abortable): Promise<Duplex>;
}

export interface Engine extends AsyncDisposable {
  readonly endpoint: Endpoint;
  /** Asked at the first use; settles when the engine has said who it is. Until then version, platforms and labels are empty. */
  readonly known: Promise<void>;
  /** BuildKit's version, e.g. `v0.34.2`; undefined before 0.11. */
  readonly version: string | undefined;
  /** Platforms of the default worker, first is the native one; e.g. `linux/amd64`. */
  readonly platforms: readonly string[];
  /** Labels of the default worker. */
  readonly labels: Readonly<Record<string, string>>;
  /** Opens a session on which the engine calls our services; it serves any number of builds. */
  openSession(options: SessionOptions): Promise<Session>;
  /** Starts a build in gateway mode; answers once it is ready. */
  startBuild(options: BuildOptions): Promise<Build>;
  /** The same without waiting: its gateway takes calls at once, which the engine answers when it is so far. */
  beginBuild(options: BuildOptions): Build;
  /** Settles when the connection is lost, with the cause; never rejects. */
  readonly closed: Promise<Error | undefined>;
}

export interface Session extends AsyncDisposable {
  readonly id: string;
  /** Settles when the engine or the connection ended it. */
  readonly closed: Promise<void>;
}

/** What the session serves. All paths are absolute. */
export interface SessionOptions {
  /** Chosen here by those who start a build before the session is open. */
  readonly id?: string;
  /** By name that the frontend asks for: `context`, `dockerfile`, names of local build contexts. */
  readonly locals: Readonly<Record<string, LocalSource>>;
  readonly secrets: readonly SecretSource[];
  readonly ssh: readonly SshSource[];
  /** Receivers for exporters that stream to the client, by index of the exporter. */
  readonly exports: Readonly<Record<number, ExportTarget>>;
  /**
   * Folders with blobs (OCI layouts), by the id that the engine asks for: `local:<src or dest attribute>` of a cache in a
   * folder, `oci:<name>` of a build context, `export` of an exporter that writes a layout.
   */
  readonly contentStores?: Readonly<Record<string, string>>;
  /** Names the content for reuse across sessions: basename of the context and a stable id. */
  readonly sharedKey: string;
  /** Folder with docker's config.json; registry credentials come from there. */
  readonly dockerConfig: string;
  /** Sums over a running upload. */
  readonly onTransfer?: (event: { readonly name: string; readonly files: number; readonly bytes: number }) => void;
  readonly onWarning?: (text: string) => void;
  /** A part of a local folder has been sent, as far as the engine did not have it. */
  readonly onListed?: (listing: Listing) => void;
}

/** A part of a local folder, as it was when the engine was told of it. */
export interface Listing {
  /** Of `locals`. */
  readonly name: string;
  readonly root: string;
  /** Files that the engine asked for, as it had none or others: the first of them, and how many of how many it was told of. */
  readonly sent: { readonly paths: readonly string[]; readonly count: number; readonly listed: number };
  /** Whether the engine would be told something else now. Rejects when the folder cannot be read any more. */
  changed(signal: AbortSignal): Promise<boolean>;
  /** Calls back, some time after they were saved, with files that the engine would be told something else of now. */
  watch(saved: (files: Saved) => void): Disposable;
}

/** Files that are another now; paths are relative to the folder. */
export interface Saved {
  readonly paths: readonly string[];
  /** They are there no more. */
  readonly gone: boolean;
}

export interface LocalSource {
  readonly root: string;
}

export type SecretSource =
  | { readonly id: string; readonly kind: 'file'; readonly path: string }
  /** `value` stands in where the environment has no such variable. */
  | { readonly id: string; readonly kind: 'env'; readonly variable: string; readonly value?: string };

/** `paths` empty: the agent at SSH_AUTH_SOCK; one socket: that agent; key files: a private agent with them. */
export interface SshSource {
  readonly id: string;
  readonly paths: readonly string[];
}

export type ExportTarget =
  /** `mirror`: what is in the folder and was not exported is removed (`mode=delete`). */
  | { readonly kind: 'folder'; readonly path: string; readonly mirror?: boolean }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'stream'; write(chunks: AsyncIterable<Uint8Array>): Promise<void> };

export interface Exporter {
  readonly type: string;
  readonly attrs: Readonly<Record<string, string>>;
}

export interface BuildOptions {
  readonly ref: string;
  readonly sessionId: string;
  readonly frontendAttrs: Readonly<Record<string, string>>;
  readonly exporters: readonly Exporter[];
  readonly cacheImports: readonly Exporter[];
  readonly cacheExports: readonly Exporter[];
  /** `network.host`, `security.insecure`, `device…` */
  readonly entitlements: readonly string[];
  /** Images to take in the place of others, by complete names; engines before 0.11 take no notice. */
  readonly pins?: ReadonlyMap<string, string>;
  readonly signal?: AbortSignal | undefined;
}

/** One attempt. Its refs, result ids and containers live until `done` settles. */
export interface Build extends AsyncDisposable {
  readonly ref: string;
  /** Settles when the engine has registered it and said what its gateway can do; never unhandled. */
  readonly ready: Promise<void>;
  /** Exporter answers after `finish`, or the error that ended the build. Never unhandled: has a catch of its own. */
  readonly done: Promise<Readonly<Record<string, string>>>;
  /** Progress; may be iterated once, ends with the build. */
  readonly status: AsyncIterable<StatusResponse>;
  readonly gateway: Gateway;
  /** Hands the result to the exporters and waits for `done`; where nothing is exported, only until everything has run. */
  finish(result: FrontendResult): Promise<Readonly<Record<string, string>>>;
  /** Ends it now; every running vertex is cancelled. The engine may take a moment longer. Idempotent. */
  cancel(reason?: string): Promise<void>;
  /**
   * Ends it without a result, and settles when the engine has forgotten it: a build that begins later gets nothing of
   * what failed here. Nothing of it should run any more.
   */
  leave(): Promise<void>;
}

/** Answer of a frontend: one ref, or one per platform. */
export interface FrontendResult {
  /** Key: platform id such as `linux/amd64`, or '' for the only one. An empty `id` is an empty (scratch) result. */
  readonly refs: ReadonlyMap<string, { readonly id: string; readonly definition: Definition }>;
  /** True when the engine answered a map of refs (multi-platform); kept so that `finish` answers the same shape. */
  readonly multiple: boolean;
  readonly metadata: ReadonlyMap<string, Uint8Array>;
  /** By key of `refs`; handed back as they came. */
  readonly attestations?: Readonly<Record<string, Attestations>> | undefined;
}

export interface Gateway {
  /** Enabled capabilities of gateway and graph, e.g. `gateway.exec.filesystem`, `diffop`; empty until the build is ready. */
  readonly capabilities: ReadonlySet<string>;
  /** Runs a frontend; nothing is built but what the frontend needs itself. */
  solveFrontend(
    request: {
      readonly frontend: string;
      readonly opts: Readonly<Record<string, string>>;
      readonly inputs?: Readonly<Record<string, Definition>>;
    },
    options?: Abortable,
  ): Promise<FrontendResult>;
  /** Runs a definition; answers the ref id of its result, '' for scratch. The text of sources is not sent. */
  solve(definition: Definition, options?: Abortable): Promise<string>;
  /** Tells the engine of a definition and runs nothing; answers the ref id of its result, '' for scratch. */
  prepare(definition: Definition, options?: Abortable): Promise<string>;
  /** Runs everything that the ref needs. */
  evaluate(ref: string, options?: Abortable): Promise<void>;
  readDir(ref: string, path: string, options?: ReadDirOptions): Promise<readonly DirEntry[]>;
  /** Follows symbolic links. */
  statFile(ref: string, path: string, options?: Abortable): Promise<Stat>;
  readFile(
    ref: string,
    path: string,
    range: { readonly offset: number; readonly length: number },
    options?: Abortable,
  ): Promise<Uint8Array>;
  resolveImageConfig(
    ref: string,
    platform: Platform | undefined,
    options?: ImageOptions,
  ): Promise<{ readonly digest: string; readonly config: Uint8Array }>;
  newContainer(request: ContainerRequest, options?: Abortable): Promise<Container>;
}

export interface ImageOptions extends Abortable {
  /** Where the image is when no registry has it: an OCI layout that a session serves as `oci:<store>`. */
  readonly layout?: { readonly session: string; readonly store: string } | undefined;
}

export interface ContainerRequest {
  /** `resultID` of each is an id of a ref or of a failure; one has dest `/`. */
  readonly mounts: readonly Mount[];
  readonly network: NetMode;
  readonly platform?: Platform;
  readonly extraHosts?: readonly HostIP[];
  readonly hostname?: string;
}

export interface Container extends AsyncDisposable {
  readonly id: string;
  /** The first process is pid 1: when it ends, the container's other processes end. One stream per process. */
  exec(request: ProcessRequest, options?: Abortable): Promise<Process>;
  /** Needs `gateway.exec.filesystem`; paths are inside the mount at that position of `mounts`. */
  readDir(mount: number, path: string, options?: ReadDirOptions): Promise<readonly DirEntry[]>;
  statFile(mount: number, path: string, options?: Abortable): Promise<Stat>;
  readFile(
    mount: number,
    path: string,
    range: { readonly offset: number; readonly length: number },
    options?: Abortable,
  ): Promise<Uint8Array>;
}

export interface ProcessRequest {
  readonly meta: Meta;
  readonly tty: boolean;
  /** Engines before 0.31 see a process without a tty end only after `endInput` (moby/buildkit#6815). */
  readonly stdin: boolean;
  readonly security: SecurityMode;
  readonly secretEnv: readonly SecretEnv[];
  /** Initial size, when `tty`. */
  readonly size?: { readonly rows: number; readonly columns: number };
}

export interface Process {
  /** With a tty all output is here. Honours back-pressure; may be iterated once. */
  readonly output: AsyncIterable<{ readonly fd: 1 | 2; readonly data: Uint8Array }>;
  /** Resolves when the chunk is handed to the connection. */
  write(data: Uint8Array): Promise<void>;
  endInput(): void;
  resize(size: { readonly rows: number; readonly columns: number }): void;
  /** `KILL`, `INT`, `TERM` … without SIG. Resolves when it has been sent, or cannot be; never rejects. */
  signal(name: string): Promise<void>;
  /** Exit code; 255 with `error` when it never ran. Rejects when the connection or the container is gone. */
  readonly exit: Promise<{ readonly code: number; readonly error?: string }>;
}
