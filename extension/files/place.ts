import type {
  BlameResponse,
  ChangesResponse,
  CustomRequests,
  EditArguments,
  FileChange,
  FileEntry,
  FilesResponse,
  FindResponse,
  SaveResponse,
  TreeName,
  TreesResponse,
} from '../../debug-adapter/contract.js';
import { UserError } from '../user-error.js';
import { parseBlame, parseChanges, parseData, parseEntry, parseFiles, parseFound, parseSaved } from './answers.js';
import { linkedPath, type Location } from './location.js';

/** Sends a request of the adapter; the answer is not checked. */
export type Send = <N extends keyof CustomRequests>(name: N, args: CustomRequests[N]['arguments']) => Promise<unknown>;

/** A tree, as `dockerfile/trees` names it. */
export type Tree = TreesResponse['trees'][number];

/** What changes lie between. */
export interface Compared {
  readonly from: TreeName;
  readonly to: TreeName;
}

/** What a file is when links are followed: `link` is one that leads nowhere. */
export type Followed = FileEntry['type'];

/** Bytes of a file that are asked for, or written, at once. */
const pieceBytes = 4 << 20;

/** Links that lead to links are followed so far. */
const mostLinks = 20;

/** Entries of a folder that are asked for at once. */
const pageOfAll = 5000;

/** The files that can be looked at from one frame of one stop, until the build goes on. */
export class Place {
  readonly #send: Send;
  #over = false;
  #compared: Compared | undefined;
  #asked: Promise<ChangesResponse> | undefined;
  #changes = new Map<string, FileChange>();
  #known: ChangesResponse | undefined;

  /**
   * @param authority names it in URIs
   * @param stop what there is
   */
  constructor(
    readonly authority: string,
    readonly stop: TreesResponse,
    send: Send,
  ) {
    this.#send = send;
    this.#compared = stop.changes;
  }

  /** The build has gone on. */
  get over(): boolean {
    return this.#over;
  }

  /** What `changes` compares. */
  get compared(): Compared | undefined {
    return this.#compared;
  }

  /** Ends it: whatever is asked from now on is refused. */
  end(): void {
    this.#over = true;
  }

  /** Compares two other trees; forgets what changed between those before. */
  compare(compared: Compared): void {
    this.#compared = compared;
    this.refresh();
  }

  /** Forgets what was found out. */
  refresh(): void {
    this.#asked = undefined;
    this.#known = undefined;
    this.#changes = new Map();
  }

  /** A tree by name; `base` and lines can be looked at too, though they are not listed. */
  tree(name: TreeName): Tree {
    const title = name === 'base' ? 'the base' : /^\d+$/.test(name) ? `after line ${name}` : name;
    return this.stop.trees.find(({ tree }) => tree === name) ?? { tree: name, title, writable: false };
  }

  /** What a folder holds, from one entry to another. */
  async files(at: Location, start: number, count: number): Promise<FilesResponse> {
    return await this.#ask('dockerfile/files', { ...this.#at(at), start, count }, parseFiles);
  }

  /** All that a folder holds. */
  async allFiles(at: Location): Promise<readonly FileEntry[]> {
    const all: FileEntry[] = [];
    for (;;) {
      const { files, total } = await this.files(at, all.length, pageOfAll);
      all.push(...files);
      if (files.length === 0 || all.length >= total) return all;
    }
  }

  /** What a file is; of a link, the link. */
  async stat(at: Location): Promise<FileEntry> {
    return await this.#ask('dockerfile/stat', this.#at(at), parseEntry);
  }

  /** The file that a link leads to in the end, which may be none. */
  async follow(at: Location, entry: FileEntry): Promise<FileEntry> {
    let [path, now] = [at.path, entry];
    for (let count = 0; now.type === 'link' && now.linkTarget !== undefined && count < mostLinks; count += 1) {
      path = linkedPath(path, now.linkTarget);
      const next = await this.stat({ tree: at.tree, path }).catch(() => undefined);
      if (next === undefined) return now;
      now = next;
    }
    return now;
  }

  /** The whole of a file. */
  async read(at: Location): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    for (let offset = 0; ; ) {
      const piece = await this.piece(at, offset, pieceBytes);
      pieces.push(piece);
      offset += piece.length;
      if (piece.length < pieceBytes) return pieces.length === 1 ? piece : Buffer.concat(pieces);
    }
  }

  /** So many bytes of a file from one on, at most 8 MiB; fewer at its end. */
  async piece(at: Location, offset: number, length: number): Promise<Uint8Array> {
    return await this.#ask('dockerfile/readFile', { ...this.#at(at), offset, length }, parseData);
  }

  /** Writes a file, piece by piece. */
  async write(at: Location, content: Uint8Array): Promise<void> {
    for (let offset = 0; offset === 0 || offset < content.length; offset += pieceBytes) {
      const data = Buffer.from(content.subarray(offset, offset + pieceBytes)).toString('base64');
      await this.edit(at, { kind: 'write', data, offset });
    }
  }

  /** Changes a file of a tree that is writable. */
  async edit(at: Location, edit: EditArguments['edit']): Promise<void> {
    await this.#ask('dockerfile/edit', { ...this.#at(at), edit }, () => true);
  }

  /** Paths below a folder by their last name. */
  async find(at: Location, name: string): Promise<FindResponse> {
    return await this.#ask('dockerfile/find', { ...this.#at(at), name }, parseFound);
  }

  /** What changed; asked for once. */
  async changes(): Promise<ChangesResponse> {
    const compared = this.#compared && { from: this.#compared.from, to: this.#compared.to };
    this.#asked ??= this.#ask('dockerfile/changes', { frameId: this.stop.frameId, ...compared }, parseChanges);
    const asked = this.#asked;
    try {
      const known = await asked;
      if (asked === this.#asked && this.#known === undefined) {
        this.#known = known;
        this.#changes = new Map(known.changes.map((change) => [change.path, change]));
      }
      return known;
    } catch (error) {
      if (asked === this.#asked) this.#asked = undefined;
      throw error;
    }
  }

  /** What is known to have happened to a file: in the later tree, or in the one before if it is deleted. */
  changeOf({ tree, path }: Location): FileChange | undefined {
    const change = this.#changes.get(path);
    if (change === undefined || this.#known === undefined) return undefined;
    return tree === (change.kind === 'deleted' ? this.#known.from : this.#known.to) ? change : undefined;
  }

  /** Who wrote a path last. */
  async blame(at: Location): Promise<BlameResponse> {
    return await this.#ask('dockerfile/blame', this.#at(at), parseBlame);
  }

  /** Copies a file or folder to this machine. */
  async save(at: Location, to: string, overwrite: boolean): Promise<SaveResponse> {
    return await this.#ask('dockerfile/save', { ...this.#at(at), to, overwrite }, parseSaved);
  }

  #at({ tree, path }: Location): { frameId: number } & Location {
    return { frameId: this.stop.frameId, tree, path };
  }

  async #ask<N extends keyof CustomRequests, T>(
    name: N,
    args: CustomRequests[N]['arguments'],
    parse: (body: unknown) => T | undefined,
  ): Promise<T> {
    if (this.#over) throw goneOn();
    let body: unknown;
    try {
      body = await this.#send(name, args);
    } catch (error) {
      throw this.over ? goneOn() : error;
    }
    const parsed = parse(body);
    if (parsed === undefined) throw new Error(`The debug adapter's answer to ${name} is of an unknown shape.`);
    return parsed;
  }
}

/** Files of a stop that is over. */
export function goneOn(): UserError {
  return new UserError(
    'The build has gone on, and the files of that stop with it.',
    'Open the file from Image Files at the next stop.',
  );
}
