import { resolve } from 'node:path';
import type {
  BlameResponse,
  ChangesResponse,
  FileEntry,
  FilesResponse,
  FindResponse,
  ReadFileResponse,
  SaveResponse,
  TreesResponse,
} from '../../contract.js';
import type { Comparison, Edit, FileFact, Frame } from '../../debugger/api.js';
import { UserError } from '../../debugger/errors.js';
import { cleanImagePath } from '../../debugger/common/paths.js';
import { findFiles } from '../../debugger/trees/find.js';
import { instructionName } from '../../debugger/trees/names.js';
import { type Pages, pagesOf } from '../../debugger/trees/pages.js';
import { save } from '../../debugger/trees/save.js';
import type { Fields } from '../fields.js';
import type { Handler, Session } from '../session.js';
import { requireFrame } from '../stops.js';

/** Most of a file that one answer holds, in bytes. */
const longestPiece = 8 * 1024 * 1024;

interface Target {
  readonly frame: Frame;
  readonly tree: string;
  readonly path: string;
}

function frameOf(session: Session, args: Fields): Frame {
  return requireFrame(session, args.optionalNumber('frameId'), args.optionalNumber('threadId')).frame;
}

function targetOf(session: Session, args: Fields): Target {
  return { frame: frameOf(session, args), tree: args.text('tree'), path: cleanImagePath(args.text('path'), '/') };
}

/** What a file is, in the contract's words. */
export function toEntry({ name, type, size, mode, uid, gid, linkTarget, modified }: FileFact): FileEntry {
  return {
    ...{ name, type, size, mode },
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
    ...(linkTarget !== undefined && { linkTarget }),
    ...(modified !== undefined && { modified }),
  };
}

const trees: Handler = (session, args): TreesResponse => {
  const reference = requireFrame(session, args.optionalNumber('frameId'), args.optionalNumber('threadId'));
  const { frame } = reference;
  const { comparison } = frame.trees;
  return {
    frameId: session.references.frame(reference),
    title: instructionName(frame.instruction),
    trees: frame.trees.list(),
    ...(comparison !== undefined && { changes: comparison }),
  };
};

/** The folder that was listed last: its pages are asked for one after the other. */
interface Listed {
  readonly frame: Frame;
  readonly key: string;
  readonly pages: Pages;
}
const listed = new WeakMap<Session, Listed>();

const files: Handler = async (session, args, { signal }): Promise<FilesResponse> => {
  const { frame, tree, path } = targetOf(session, args);
  const [start, count] = [args.optionalCount('start') ?? 0, args.optionalCount('count')];
  const key = `${tree} ${path}`;
  const known = listed.get(session);
  const isKnown = start !== 0 && known?.frame === frame && known.key === key;
  const pages = isKnown ? known.pages : pagesOf(frame.trees.files(tree), path, signal);
  listed.set(session, { frame, key, pages });
  try {
    const page = await pages.page(start, count, signal);
    return { files: page.files.map(toEntry), total: page.total };
  } catch (error) {
    listed.delete(session);
    throw error;
  }
};

const stat: Handler = async (session, args, { signal }): Promise<FileEntry> => {
  const { frame, tree, path } = targetOf(session, args);
  const file = await frame.trees.files(tree).stat(path, signal);
  if (file === undefined) throw new UserError('file-not-found', `There is no ${path} in this state.`);
  return toEntry(file);
};

const readFile: Handler = async (session, args, { signal }): Promise<ReadFileResponse> => {
  const { frame, tree, path } = targetOf(session, args);
  const [offset, wanted] = [args.count('offset'), args.count('length')];
  const length = Math.min(wanted, longestPiece);
  const data = length === 0 ? new Uint8Array() : await frame.trees.files(tree).read(path, { offset, length }, signal);
  return { data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64') };
};

function readEdit(args: Fields): Edit {
  const kind = args.text('kind');
  switch (kind) {
    case 'write':
      return { kind, data: Buffer.from(args.text('data'), 'base64'), offset: args.count('offset') };
    case 'rename':
      return { kind, to: cleanImagePath(args.text('to'), '/') };
    case 'folder':
    case 'delete':
      return { kind };
    default:
      throw new UserError(
        'edit-unknown',
        `Files are not changed by "${kind}": there are write, folder, delete, rename.`,
      );
  }
}

const edit: Handler = async (session, args, { signal }): Promise<Record<string, never>> => {
  const { frame, tree, path } = targetOf(session, args);
  if (tree !== 'container')
    throw new UserError(
      'read-only',
      `${path} cannot be changed: a state of the build never changes.`,
      'Change it in the container of this stop, or the Dockerfile.',
    );
  await frame.trees.edit(path, readEdit(args.object('edit')), signal);
  return {};
};

const find: Handler = async (session, args, { signal }): Promise<FindResponse> => {
  const { frame, tree, path } = targetOf(session, args);
  const request = { path, name: args.text('name'), limit: args.optionalCount('limit') ?? 1000 };
  const { trees } = frame;
  return findFiles(path === '/' ? await trees.whole(tree, signal) : trees.files(tree), request, signal);
};

/** What is compared when nothing is named. */
export function usualComparison({ trees: { comparison }, instruction }: Frame): Comparison {
  if (comparison !== undefined) return comparison;
  throw new UserError(
    'nothing-changed',
    `No instruction above ${instructionName(instruction)} has changed a file of this stage.`,
    'Step over one first.',
  );
}

const changes: Handler = async (session, args, { signal }): Promise<ChangesResponse> => {
  const frame = frameOf(session, args);
  const [from, to] = [args.optionalText('from'), args.optionalText('to')];
  const usual = from === undefined || to === undefined ? usualComparison(frame) : undefined;
  const wanted = usual !== undefined && from === undefined && to === undefined ? usual : undefined;
  const comparison = wanted ?? frame.trees.compare(from ?? usual?.from ?? '', to ?? usual?.to ?? '');
  const found = await frame.trees.changes(comparison, signal);
  return {
    ...comparison,
    changes: found.map(({ what, ...change }) => ({ ...change, ...(what !== '' && { what }) })),
  };
};

const blame: Handler = async (session, args, { signal }): Promise<BlameResponse> => {
  const { frame, tree, path } = targetOf(session, args);
  const { text, place } = await frame.trees.blame(tree, path, signal);
  return { text, ...place };
};

/** The last name of a path in an image. */
export function lastName(path: string): string {
  return path.split('/').findLast((part) => part !== '') ?? 'root';
}

/** Copies to this machine; a relative place starts at the folder of the launch. */
export async function saveTo(
  session: Session,
  { frame, tree, path }: Target,
  { to, overwrite }: { readonly to: string | undefined; readonly overwrite: boolean },
  signal: AbortSignal,
): Promise<SaveResponse> {
  const holdsSecret = frame.mounts().some((mount) => mount.type === 'secret' && mount.target === path);
  if (holdsSecret) throw new UserError('secret-not-saved', `${path} holds a secret: it is shown and saved nowhere.`);
  const target = resolve(session.settings?.cwd ?? session.host.cwd, to ?? lastName(path));
  const saved = await save({ files: frame.trees.files(tree), path, to: target, overwrite }, signal);
  return { path: target, ...saved };
}

const saveRequest: Handler = (session, args, { signal }): Promise<SaveResponse> =>
  saveTo(session, targetOf(session, args), { to: args.optionalText('to'), overwrite: args.flag('overwrite') }, signal);

/** Requests about the file systems of a stop; contract.ts has their types. */
export const treeHandlers = {
  'dockerfile/trees': trees,
  'dockerfile/files': files,
  'dockerfile/stat': stat,
  'dockerfile/readFile': readFile,
  'dockerfile/edit': edit,
  'dockerfile/find': find,
  'dockerfile/changes': changes,
  'dockerfile/blame': blame,
  'dockerfile/save': saveRequest,
} satisfies Record<string, Handler>;
