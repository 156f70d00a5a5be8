/** Custom requests about the file systems of a stop, types only: a part of `contract.ts`. */

/** A stop's frame; without one the frame on top of the thread that stopped last. */
export interface FocusArguments {
  readonly threadId?: number;
  readonly frameId?: number;
}

/**
 * A file system that can be looked at from a stop: `initial` (before the step), `failed`, `after` (at the end of the
 * build), `container` (where commands of this stop run; writable, caches and mounts are in it), `context` (what the
 * builder gets of the build context), `base` (the stage's FROM), or the number of a line: after its instruction.
 */
export type TreeName = string;

/** Custom request `dockerfile/trees`: what there is to look at. The answer holds until the build goes on. */
export interface TreesResponse {
  readonly frameId: number;
  /** E.g. `RUN make (line 7)`. */
  readonly title: string;
  readonly trees: readonly {
    readonly tree: TreeName;
    /** E.g. `before the step`. */
    readonly title: string;
    readonly writable: boolean;
  }[];
  /** What `dockerfile/changes` compares by itself; absent where nothing has run. */
  readonly changes?: { readonly from: TreeName; readonly to: TreeName; readonly title: string };
}

/** A path of a tree; absolute, `/`-separated. */
export interface PathArguments extends FocusArguments {
  readonly tree: TreeName;
  readonly path: string;
}

export type FileType = 'file' | 'folder' | 'link' | 'other';

export interface FileEntry {
  readonly name: string;
  readonly type: FileType;
  /** Bytes. */
  readonly size: number;
  /** Permission bits with setuid, setgid, sticky. */
  readonly mode: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly linkTarget?: string;
  /** Milliseconds since the epoch. */
  readonly modified?: number;
}

/** Custom request `dockerfile/files`: what a folder holds, by name; `start` and `count` page. */
export interface FilesArguments extends PathArguments {
  readonly start?: number;
  readonly count?: number;
}
export interface FilesResponse {
  readonly files: readonly FileEntry[];
  /** All that the folder holds. */
  readonly total: number;
}

/** Custom request `dockerfile/readFile`: a piece of a file, at most 8 MiB; shorter at its end. */
export interface ReadFileArguments extends PathArguments {
  readonly offset: number;
  readonly length: number;
}
export interface ReadFileResponse {
  /** Base64. */
  readonly data: string;
}

/** Custom request `dockerfile/edit`: changes the `container` tree. */
export interface EditArguments extends PathArguments {
  readonly edit:
    | {
        readonly kind: 'write' /** Base64; appended unless `offset` is 0. */;
        readonly data: string;
        readonly offset: number;
      }
    | { readonly kind: 'folder' }
    | { readonly kind: 'delete' }
    | { readonly kind: 'rename'; readonly to: string };
}

/** Custom request `dockerfile/find`: paths whose last name holds `name` (or matches it, with `*` and `?`). */
export interface FindArguments extends PathArguments {
  readonly name: string;
  /** Default: 1000. */
  readonly limit?: number;
}
export interface FindResponse {
  readonly paths: readonly string[];
  /** There are more than `limit`. */
  readonly more: boolean;
}

/** Custom request `dockerfile/changes`: files that differ between two trees; default: what this step did. */
export interface ChangesArguments extends FocusArguments {
  readonly from?: TreeName;
  readonly to?: TreeName;
}
export interface ChangesResponse {
  readonly from: TreeName;
  readonly to: TreeName;
  /** E.g. `RUN make (line 7)`. */
  readonly title: string;
  /** By path. */
  readonly changes: readonly FileChange[];
}
export interface FileChange {
  readonly path: string;
  readonly kind: 'added' | 'changed' | 'deleted';
  readonly type: FileType;
  /** Bytes afterwards; of what is deleted, before. */
  readonly size: number;
  /** What is other than before, e.g. `12 to 14 bytes, mode 644 to 755`; of what is changed. */
  readonly what?: string;
}

/** Custom request `dockerfile/blame`: the instruction that wrote a path last, as seen from a tree. */
export interface BlameResponse {
  /** In words. */
  readonly text: string;
  /** Absent when the base image brought it. */
  readonly line?: number;
  readonly endLine?: number;
}

/** Custom request `dockerfile/save`: copies a file or folder to this machine. */
export interface SaveArguments extends PathArguments {
  /** Absolute, or relative to `cwd`; default: the path's last name there. */
  readonly to?: string;
  /** Replace files that are there; what else a folder has stays. */
  readonly overwrite?: boolean;
}
export interface SaveResponse {
  /** Absolute. */
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
  /** Devices, pipes and what could not be read. */
  readonly skipped: readonly string[];
}
