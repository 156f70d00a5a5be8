/** Where the files of a recorded build are here. */
import { stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, posix, relative, resolve, sep } from 'node:path';
import type { LaunchArguments } from '../../contract.js';
import { recordOf, textOf } from '../fields.js';
import { isRemote } from '../remote.js';
import { DefinitionError } from '../definition.js';
import type { Archived } from './archive.js';

/** Folder in which sources are looked for. */
export interface SourceFolder {
  /** Absolute. */
  readonly path: string;
  /** The user has named it; else it is where the user is. */
  readonly isGiven: boolean;
}

/** What is built here, and what the user ought to know of it. */
export interface Places {
  readonly launch: Required<Pick<LaunchArguments, 'context' | 'dockerfile'>>;
  /** The Dockerfile was no file. */
  readonly isTyped: boolean;
  readonly notes: readonly string[];
}

interface Origin {
  /** URL that the engine fetched by itself. */
  readonly url: string | undefined;
  /** The context was sent through a pipe. */
  readonly isPiped: boolean;
  readonly isTyped: boolean;
  /** Where the files were on the machine that built it. */
  readonly local: { readonly context: string; readonly dockerfile: string } | undefined;
  /** Name of the Dockerfile in its folder. */
  readonly file: string;
}

type Attributes = Readonly<Record<string, string>>;
type Found = { readonly context: string; readonly dockerfile: string };

/**
 * The same files, if this is the machine that built it; else those of the folder that the user has named, or what the
 * context's URL has. A folder that is named wins where the Dockerfile is in it: whoever mends something mends it there.
 */
export async function placesOf(build: Archived, attributes: Attributes, folder: SourceFolder): Promise<Places> {
  if (folder.isGiven && !(await isFolder(folder.path)))
    throw new DefinitionError(
      'record-folder-missing',
      `There is no folder ${folder.path}.`,
      'Name the folder of the repository that was built, as it is here.',
    );
  const origin = originOf(build, attributes);
  const { url, local, isTyped, isPiped } = origin;
  const here = inFolder(origin, attributes, folder.path);
  const isSame =
    local !== undefined && (isTyped || (await isFile(local.dockerfile))) && (await isFolder(local.context));
  const hasIt = folder.isGiven && (await isFile(here.dockerfile));
  if (isSame && isWithin(folder.path, local.context)) return { launch: local, isTyped, notes: [] };
  if (isSame && !hasIt) return { launch: local, isTyped, notes: folder.isGiven ? [again(local, here)] : [] };
  if (url === undefined) return { launch: here, isTyped, notes: isPiped ? [piped(here.context)] : [] };
  if (hasIt) return { launch: here, isTyped, notes: [`It was built from ${url}; here, ${here.context} is built.`] };
  return { launch: { context: url, dockerfile: origin.file }, isTyped, notes: [fetched(url, here, folder)] };
}

function again({ context }: Found, { dockerfile }: Found): string {
  return `There is no ${dockerfile}: the files are taken from where they were, ${context}.`;
}

function fetched(url: string, { dockerfile }: Found, { isGiven }: SourceFolder): string {
  const why = isGiven
    ? `there is no ${dockerfile} here`
    : 'to build files that are here, name the folder of the repository';
  return `Its files come from ${url} again: ${why}.`;
}

function piped(context: string): string {
  return `Its build context came through a pipe and is in no record: here, ${context} is built.`;
}

function originOf({ record }: Archived, attributes: Attributes): Origin {
  const state = recordOf(record['localState']);
  const [path, typed] = [textOf(state?.['LocalPath']) ?? '', textOf(state?.['DockerfilePath']) ?? ''];
  const file = attributes['filename'] ?? 'Dockerfile';
  const context = attributes['context'];
  // What is written to standard input is kept by buildx for this one build, under a URL of the session.
  const isPiped = context !== undefined && /^https?:\/\/buildkit-session\//.test(context);
  return {
    url: context !== undefined && !isPiped && isRemote(context) ? context : undefined,
    isPiped,
    isTyped: typed === '-' || (path === '-' && !isPiped),
    local: isAbsolute(path)
      ? { context: path, dockerfile: typed === '' ? join(path, file) : resolve(path, typed) }
      : undefined,
    file,
  };
}

/** Where the files of another machine are in a folder that is here: in the same places of its repository. */
function inFolder({ url, file, isTyped }: Origin, attributes: Attributes, top: string): Found {
  // `https://host/repository.git#branch:folder`
  const subfolder = /#[^:]*:(.+)$/.exec(url ?? '')?.[1];
  const context = within(top, attributes['vcs:localdir:context'] ?? subfolder ?? '.');
  const folder = attributes['vcs:localdir:dockerfile'];
  const dockerfile = folder === undefined || isTyped ? within(context, file) : within(top, posix.join(folder, file));
  return { context, dockerfile };
}

/** A record may come from anywhere: what it names is not looked for outside of the folder that is meant. */
function within(top: string, path: string): string {
  const own = [resolve(top, path), join(top, posix.basename(path.replaceAll('\\', '/')))];
  return own.find((found) => isWithin(top, found)) ?? top;
}

function isWithin(top: string, path: string): boolean {
  const way = relative(top, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

async function isFolder(path: string): Promise<boolean> {
  return (await kindOf(path)) === 'folder';
}

/** Whether there is such a Dockerfile. */
export async function isFile(path: string): Promise<boolean> {
  // The engine takes the lower-case name, too.
  return (await kindOf(path)) === 'file' || (await kindOf(join(dirname(path), 'dockerfile'))) === 'file';
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch {
    // It was there on another machine.
    return undefined;
  }
}
