import type {
  BlameResponse,
  ChangesResponse,
  FileChange,
  FileEntry,
  FilesResponse,
  FindResponse,
  SaveResponse,
  TreesResponse,
} from '../../debug-adapter/contract.js';
import { asText, field, list, number, oneOf, text } from '../debug/shape.js';

const fileTypes = ['file', 'folder', 'link', 'other'] as const;
const changeKinds = ['added', 'changed', 'deleted'] as const;

/** Checks the answer to `dockerfile/trees`; `undefined` for a shape that this version does not know. So do those below. */
export function parseTrees(body: unknown): TreesResponse | undefined {
  const frameId = number(body, 'frameId');
  const trees = list(body, 'trees', parseTree);
  if (frameId === undefined || trees === undefined) return undefined;
  const changes = field(body, 'changes');
  const [from, to] = [text(changes, 'from'), text(changes, 'to')];
  return {
    frameId,
    title: text(body, 'title'),
    trees,
    ...(from !== '' && to !== '' && { changes: { from, to, title: text(changes, 'title') } }),
  };
}

function parseTree(body: unknown): TreesResponse['trees'][number] | undefined {
  const tree = text(body, 'tree');
  if (tree === '') return undefined;
  return { tree, title: text(body, 'title') || tree, writable: field(body, 'writable') === true };
}

/** Checks a file's entry: the answer to `dockerfile/stat`. */
export function parseEntry(body: unknown): FileEntry | undefined {
  const type = oneOf(fileTypes, field(body, 'type'));
  if (type === undefined) return undefined;
  const [uid, gid, modified] = [number(body, 'uid'), number(body, 'gid'), number(body, 'modified')];
  const linkTarget = text(body, 'linkTarget');
  return {
    name: text(body, 'name'),
    type,
    size: number(body, 'size') ?? 0,
    mode: number(body, 'mode') ?? 0,
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
    ...(linkTarget !== '' && { linkTarget }),
    ...(modified !== undefined && { modified }),
  };
}

/** Checks the answer to `dockerfile/files`. */
export function parseFiles(body: unknown): FilesResponse | undefined {
  const files = list(body, 'files', parseEntry);
  return files === undefined ? undefined : { files, total: number(body, 'total') ?? files.length };
}

/** Checks the answer to `dockerfile/readFile`: its bytes. */
export function parseData(body: unknown): Uint8Array | undefined {
  const data = field(body, 'data');
  return typeof data === 'string' ? Buffer.from(data, 'base64') : undefined;
}

/** Checks the answer to `dockerfile/find`. */
export function parseFound(body: unknown): FindResponse | undefined {
  const paths = list(body, 'paths', asText);
  return paths === undefined ? undefined : { paths, more: field(body, 'more') === true };
}

/** Checks the answer to `dockerfile/changes`. */
export function parseChanges(body: unknown): ChangesResponse | undefined {
  const changes = list(body, 'changes', parseChange);
  const [from, to] = [text(body, 'from'), text(body, 'to')];
  if (changes === undefined || from === '' || to === '') return undefined;
  return { from, to, title: text(body, 'title'), changes };
}

function parseChange(body: unknown): FileChange | undefined {
  const path = text(body, 'path');
  const kind = oneOf(changeKinds, field(body, 'kind'));
  const type = oneOf(fileTypes, field(body, 'type'));
  if (path === '' || kind === undefined || type === undefined) return undefined;
  const what = text(body, 'what');
  return { path, kind, type, size: number(body, 'size') ?? 0, ...(what !== '' && { what }) };
}

/** Checks the answer to `dockerfile/blame`. */
export function parseBlame(body: unknown): BlameResponse | undefined {
  const words = text(body, 'text');
  if (words === '') return undefined;
  const [line, endLine] = [number(body, 'line'), number(body, 'endLine')];
  return { text: words, ...(line !== undefined && { line, endLine: endLine ?? line }) };
}

/** Checks the answer to `dockerfile/save`. */
export function parseSaved(body: unknown): SaveResponse | undefined {
  const path = text(body, 'path');
  if (path === '') return undefined;
  const skipped = list(body, 'skipped', asText) ?? [];
  return { path, files: number(body, 'files') ?? 0, bytes: number(body, 'bytes') ?? 0, skipped };
}
