/** The file systems that can be looked at from a stop: a part of `api.ts`. */

/** Read-only view of a file system. Paths are absolute, `/`-separated. Throws `UserError` with words. */
export interface StateFiles {
  list(path: string, signal: AbortSignal): Promise<readonly FileFact[]>;
  /** Never follows a link; undefined when nothing is there. The root is a folder without a name. */
  stat(path: string, signal: AbortSignal): Promise<FileFact | undefined>;
  /** A piece of a file; shorter at its end. Links are followed inside the file system. */
  read(path: string, range: FileRange, signal: AbortSignal): Promise<Uint8Array>;
  /**
   * The first files of a folder by name, and how many there are: sooner than a listing where a folder is large. Undefined
   * where files may change meanwhile, where nobody can look that way, or where names have an order of their own.
   */
  readonly first?: (folder: string, count: number, signal: AbortSignal) => Promise<FirstFiles | undefined>;
  /** A listing that is told to stop really does; else it goes on in the engine and holds up what comes after. */
  readonly stops?: boolean;
  /** Files that are much like these, and whose listing stops. */
  readonly alike?: StateFiles;
}

export interface FirstFiles {
  readonly files: readonly FileFact[];
  /** All that the folder holds. */
  readonly total: number;
}

/** Bytes. */
export interface FileRange {
  readonly offset: number;
  readonly length: number;
}

export interface FileFact {
  readonly name: string;
  readonly type: 'file' | 'folder' | 'link' | 'other';
  /** Bytes. */
  readonly size: number;
  /** Permission bits with setuid, setgid, sticky. */
  readonly mode: number;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly linkTarget: string | undefined;
  /** Milliseconds since the epoch. */
  readonly modified: number | undefined;
}

/** Name of a file system, as contract.ts has it: `initial`, `failed`, `container`, `context`, `base`, a line … */
export type TreeName = string;

export interface TreeFact {
  readonly tree: TreeName;
  readonly title: string;
  readonly writable: boolean;
}

/** Two file systems that are worth comparing. */
export interface Comparison {
  readonly from: TreeName;
  readonly to: TreeName;
  /** What was done between them, e.g. `RUN make (line 7)`. */
  readonly title: string;
}

export interface FileChange {
  /** Absolute. */
  readonly path: string;
  readonly kind: 'added' | 'changed' | 'deleted';
  readonly type: FileFact['type'];
  /** Bytes afterwards; of what is deleted, before. */
  readonly size: number;
  /** What is other than before, e.g. `12 to 14 bytes`; '' where nothing is compared. */
  readonly what: string;
}

export interface Blame {
  readonly text: string;
  /** Lines of the instruction; undefined when no instruction of this build wrote it. */
  readonly place: { readonly line: number; readonly endLine: number } | undefined;
}

export type Edit =
  /** Appended to what is there, unless `offset` is 0. */
  | { readonly kind: 'write'; readonly data: Uint8Array; readonly offset: number }
  | { readonly kind: 'folder' }
  | { readonly kind: 'delete' }
  | { readonly kind: 'rename'; readonly to: string };

/** Of one frame; holds until the build goes on. */
export interface Trees {
  list(): readonly TreeFact[];
  /** `UserError` for a name that there is not, or whose step has not run. */
  files(tree: TreeName): StateFiles;
  /** The same, when everything in them is looked at: listed at once where that is sooner. */
  whole(tree: TreeName, signal: AbortSignal): Promise<StateFiles>;
  /** Of the name that a user writes: a stage is its end, `stage:NAME` one whose name a file system has too. `UserError` for none. */
  tree(name: string): TreeName;
  /** What this step did, or the last one before it; undefined where nothing has run. */
  readonly comparison: Comparison | undefined;
  /** What the instruction of a line changed; `UserError` where it has not run, or changes nothing by its nature. */
  ofLine(line: string): Comparison;
  /** Of names as users write them, see `tree`; `UserError` for what there is not. */
  compare(from: TreeName, to: TreeName): Comparison;
  /** By path. */
  changes(comparison: Comparison, signal: AbortSignal): Promise<readonly FileChange[]>;
  /** The instruction that wrote the path last, as seen from a file system of this build. */
  blame(tree: TreeName, path: string, signal: AbortSignal): Promise<Blame>;
  /** Changes the container in which commands of this stop run. */
  edit(path: string, edit: Edit, signal: AbortSignal): Promise<void>;
}
