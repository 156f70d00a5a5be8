/**
 * The public face of the adapter, types only: launch arguments, custom requests, custom events.
 * Editors' extensions and the terminal debugger may import this file and nothing else of the adapter.
 */
import type {
  BlameResponse,
  ChangesArguments,
  ChangesResponse,
  EditArguments,
  FileEntry,
  FilesArguments,
  FilesResponse,
  FindArguments,
  FindResponse,
  FocusArguments,
  PathArguments,
  ReadFileArguments,
  ReadFileResponse,
  SaveArguments,
  SaveResponse,
  TreesResponse,
} from './contract-files.js';

export type * from './contract-files.js';

/** `launch` arguments. Relative paths are relative to `cwd`. */
export interface LaunchArguments {
  /** Folder that relative paths start from; default: where the adapter runs. */
  readonly cwd?: string;
  /** Path of the Dockerfile; default: `Dockerfile` in the context. */
  readonly dockerfile?: string;
  /** Folder, git or tar URL; default: the Dockerfile's folder, else `cwd`. */
  readonly context?: string;
  /** Compose file, several of them, or their folder: the build is what one of its services says. Named arguments win. */
  readonly compose?: string | readonly string[];
  /** Service of the Compose file; may be left out where only one is built. */
  readonly service?: string;
  /** Bake file or several of them: the build is what one of its targets says, as buildx reads it. Named arguments win. */
  readonly bake?: string | readonly string[];
  /** Target of the Bake file; default: the one of the default group. */
  readonly bakeTarget?: string;
  /** Build record of another build, a `.dockerbuild` file: it is run again here. Named arguments win. */
  readonly record?: string;
  /** With `record`: folder of the repository that was built, as it is here; default: `cwd`. */
  readonly repository?: string;
  /** With `record`: whether base images are to be those of the record, by their digests; default: true. */
  readonly pinImages?: boolean;
  /** Builder name, docker context name or address; default: found, see `Endpoint`. */
  readonly builder?: string;
  readonly target?: string;
  readonly platforms?: readonly string[];
  /** `null` takes the value from the environment. */
  readonly buildArgs?: Readonly<Record<string, string | null>>;
  readonly buildContexts?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
  readonly annotations?: readonly string[];
  /** `id=NAME,src=PATH` or `id=NAME,env=VARIABLE`, as `--secret`. */
  readonly secrets?: readonly string[];
  /** `default` or `ID=SOCKET|KEY[,KEY]`, as `--ssh`. */
  readonly ssh?: readonly string[];
  /** `HOST:IP`, as `--add-host`. */
  readonly addHosts?: readonly string[];
  readonly network?: 'default' | 'host' | 'none';
  /** `network.host`, `security.insecure`, `device`. */
  readonly allow?: readonly string[];
  /** Bytes, or with a unit: `64m`. */
  readonly shmSize?: string | number;
  /** `NAME=SOFT[:HARD]`. */
  readonly ulimits?: readonly string[];
  readonly cgroupParent?: string;
  /** `true` for all stages, or names of stages. */
  readonly noCache?: boolean | readonly string[];
  readonly pull?: boolean;
  readonly cacheFrom?: readonly string[];
  readonly cacheTo?: readonly string[];
  readonly outputs?: readonly string[];
  readonly load?: boolean;
  readonly push?: boolean;
  readonly attests?: readonly string[];
  readonly provenance?: string | boolean;
  readonly sbom?: string | boolean;
  readonly metadataFile?: string;
  readonly iidFile?: string;
  /** Flags of `docker buildx build`; named arguments win. */
  readonly args?: readonly string[];
  /** Stop before the first instruction. */
  readonly stopOnEntry?: boolean;
  /** Stop once more after the last instruction. */
  readonly stopAtEnd?: boolean;
  /** Paths in the image, with `*` and `**`, that are copied out of a failed step; relative ones start at its workdir. */
  readonly rescue?: readonly string[];
  /** Folder for them; default: `rescued`. */
  readonly rescueTo?: string;
  /** While stopped, stages that do not depend on the stop and hold no breakpoint go on in the background. */
  readonly runAhead?: boolean;
  /** Image with tools for images without a shell that runs; `none` for no toolbox. Default: `busybox:musl`. */
  readonly toolbox?: string;
  /** Command line of the shell. */
  readonly shell?: readonly string[];
  /** DAP's own: run without stopping anywhere. */
  readonly noDebug?: boolean;
  /** Writes what goes over the wire, secrets left out, to this file. */
  readonly trace?: string;
}

/** Body of the event `dockerfile/step`: what a line of the Dockerfile is doing. Lines count from 1. */
export interface StepEvent {
  /** Absolute path of the Dockerfile. */
  readonly path: string;
  readonly line: number;
  readonly endLine: number;
  /** Name or index of the stage. */
  readonly stage: string;
  readonly platform: string;
  readonly status: 'waiting' | 'running' | 'cached' | 'done' | 'failed' | 'skipped';
  /** The instruction on one line: for clients that do not have the Dockerfile, e.g. of a remote context. */
  readonly text?: string;
  readonly durationMs?: number;
  readonly sizeBytes?: number;
}

/** Body of the event `dockerfile/problem`: something to show on a line; sent again for each build. */
export interface ProblemEvent {
  readonly path: string;
  readonly line: number;
  readonly endLine: number;
  readonly severity: 'error' | 'warning';
  /** Stable, e.g. `run-failed`, `copy-source-not-found`, `syntax`. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** Of a build that was asked for and does not begin: stale when a file is saved, and after `dockerfile/withdrawn`. */
  readonly refused?: boolean;
  readonly url?: string;
  /** An edit that may mend it: lines of a file that are replaced; `endLine` before `line` inserts above it. */
  readonly fix?: {
    readonly title: string;
    readonly path: string;
    readonly line: number;
    readonly endLine: number;
    readonly text: string;
  };
}

/** Body of the event `dockerfile/defined`, before `initialized`: a Compose or Bake file has said what is built. */
export interface DefinedEvent {
  /** Absolute path of the Dockerfile; of one that is written in the definition, where it was put. */
  readonly path: string;
  /** Absolute folder, or URL. */
  readonly context: string;
  /** E.g. `Service api of /src/compose.yaml`. */
  readonly title: string;
}

/** Body of the event `dockerfile/build`: a build began or ended. On `started` marks and problems of the last one are stale. */
export interface BuildEvent {
  readonly status: 'started' | 'failed' | 'completed' | 'canceled';
  readonly path: string;
  /** 1 for the first, 2 after the first restart … */
  readonly attempt: number;
}

/** Body of the event `dockerfile/state`: which state shells, evaluations and files of a stopped thread look at. */
export interface StateEvent {
  readonly threadId: number;
  readonly state: StateName;
  readonly available: readonly StateName[];
}

/** Body of the event `dockerfile/saved`: the Dockerfile on disk has become another one than is built, or that again. */
export interface SavedEvent {
  readonly path: string;
  readonly edited: boolean;
}

/** Body of the event `dockerfile/withdrawn`: another build is asked for, and problems that are `refused` are stale. */
export interface WithdrawnEvent {
  /** Absolute path of the Dockerfile. */
  readonly path: string;
}

/** Body of the event `dockerfile/argument`: a build argument was changed at a stop; a restart may take it. */
export interface ArgumentEvent {
  readonly name: string;
  readonly value: string;
}

/** `initial`: before the step ran; `failed`: as the failed command left it. */
export type StateName = 'initial' | 'failed';

/** Custom request `dockerfile/openShell`: opens a terminal by `runInTerminal`. Answer: OpenShellResponse. */
export interface OpenShellArguments {
  /** Default: the thread that stopped last. */
  readonly threadId?: number;
  readonly frameId?: number;
  readonly state?: StateName;
}
export interface OpenShellResponse {
  /** E.g. `RUN make (line 7), state failed`. */
  readonly title: string;
}

/** Custom request `dockerfile/setState`: choose the state; answer: StateEvent. */
export interface SetStateArguments {
  readonly threadId?: number;
  readonly state: StateName;
}

/** Custom request `dockerfile/again`: a new build that goes to a step, runs it for real, and goes on. Answer: RebuildResponse. */
export interface AgainArguments {
  /** Default: the thread that stopped last. */
  readonly threadId?: number;
  readonly frameId?: number;
  /** Without the cache; else only what has changed runs, and what failed. */
  readonly force: boolean;
  /** Line of the Dockerfile as it is built, from 1; default: where the thread stands. */
  readonly line?: number;
}

/** Custom request `dockerfile/apply`: a new build from what was saved, which comes back here. Answer: RebuildResponse. */
export type ApplyArguments = Readonly<Record<string, never>>;

export interface RebuildResponse {
  /** E.g. `RUN make (line 7)`. */
  readonly title: string;
}

/** Custom request `dockerfile/restartWith`: builds again, with other build arguments for all builds that follow. */
export interface RestartWithArguments {
  readonly buildArgs: Readonly<Record<string, string>>;
}

/** What the answer to `evaluate` has beside the protocol's own, in the context `repl`. */
export interface EvaluateExtras {
  /** Of a shell command; absent for `:words` and variables. */
  readonly exitCode?: number;
}

/** Custom events by name. */
export interface CustomEvents {
  'dockerfile/defined': DefinedEvent;
  'dockerfile/step': StepEvent;
  'dockerfile/problem': ProblemEvent;
  'dockerfile/build': BuildEvent;
  'dockerfile/state': StateEvent;
  'dockerfile/argument': ArgumentEvent;
  'dockerfile/saved': SavedEvent;
  'dockerfile/withdrawn': WithdrawnEvent;
}

/** Custom requests by name. */
export interface CustomRequests {
  'dockerfile/openShell': { arguments: OpenShellArguments; body: OpenShellResponse };
  'dockerfile/setState': { arguments: SetStateArguments; body: StateEvent };
  'dockerfile/again': { arguments: AgainArguments; body: RebuildResponse };
  'dockerfile/apply': { arguments: ApplyArguments; body: RebuildResponse };
  'dockerfile/restartWith': { arguments: RestartWithArguments; body: Record<string, never> };
  'dockerfile/trees': { arguments: FocusArguments; body: TreesResponse };
  'dockerfile/files': { arguments: FilesArguments; body: FilesResponse };
  'dockerfile/stat': { arguments: PathArguments; body: FileEntry };
  'dockerfile/readFile': { arguments: ReadFileArguments; body: ReadFileResponse };
  'dockerfile/edit': { arguments: EditArguments; body: Record<string, never> };
  'dockerfile/find': { arguments: FindArguments; body: FindResponse };
  'dockerfile/changes': { arguments: ChangesArguments; body: ChangesResponse };
  'dockerfile/blame': { arguments: PathArguments; body: BlameResponse };
  'dockerfile/save': { arguments: SaveArguments; body: SaveResponse };
}
