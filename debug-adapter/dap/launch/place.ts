import { readdir } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { LaunchArguments } from '../../contract.js';
import type { BuildSettings } from '../../debugger/api.js';
import { systemCode, UserError } from '../../debugger/errors.js';
import { lookAt } from '../../debugger/sources/small-files.js';
import { isRemote } from '../../definitions/remote.js';

/** Where the Dockerfile and its context are. */
export type Place = Pick<BuildSettings, 'dockerfile' | 'dockerfileIsLocal' | 'context'>;

type Found = 'file' | 'folder' | undefined;

function look(path: string): Found {
  try {
    const found = lookAt(path);
    if (found === undefined) return undefined;
    return found.isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError('path-unreadable', `${path} cannot be looked at: ${why}`, '', undefined, { cause: error });
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    // Only for a hint: a folder that cannot be listed has nothing to suggest.
    return [];
  }
}

/** Files of a folder that look like Dockerfiles. */
async function dockerfilesIn(folder: string): Promise<readonly string[]> {
  const names = await namesIn(folder);
  return names.filter((name) =>
    /^(?:dockerfile|containerfile)(?:[.-].*)?$|\.(?:dockerfile|containerfile)$/i.test(name),
  );
}

async function checkContext(path: string): Promise<void> {
  const found = look(path);
  if (found === 'folder') return;
  if (found === 'file') {
    const isDockerfile = /dockerfile|containerfile/i.test(basename(path));
    throw new UserError(
      'context-not-a-folder',
      `The build context ${path} is a file, not a folder.`,
      isDockerfile ? `Set "dockerfile" to it and "context" to ${dirname(path)}.` : '"context" wants a folder or a URL.',
    );
  }
  const siblings = (await namesIn(dirname(path))).filter((name) => !name.startsWith('.')).slice(0, 8);
  throw new UserError(
    'context-not-found',
    `The build context ${path} does not exist.`,
    siblings.length === 0 ? 'Set "context" to a folder or a URL.' : `${dirname(path)} has: ${siblings.join(', ')}.`,
  );
}

async function failDockerfile(path: string, context: string): Promise<never> {
  const inContext = join(context, basename(path));
  const near = await dockerfilesIn(dirname(path));
  let hint = `Set "dockerfile" (-f) to the path of one; relative paths start at "cwd".`;
  if (inContext !== path && look(inContext) === 'file') hint = `There is ${inContext}: set "dockerfile" to it.`;
  else if (near.length > 0) hint = `${dirname(path)} has ${near.join(', ')}: set "dockerfile" to the one you mean.`;
  throw new UserError('dockerfile-not-found', `There is no Dockerfile at ${path}.`, hint);
}

async function checkDockerfile(path: string, context: string): Promise<string> {
  const found = look(path);
  if (found === 'file') return path;
  if (found === 'folder') {
    throw new UserError(
      'dockerfile-not-found',
      `${path} is a folder, not a Dockerfile.`,
      `Set "dockerfile" to ${join(path, 'Dockerfile')}, and "context" to the folder with the files to copy.`,
    );
  }
  // The engine falls back to the lower-case name by itself, so a build with it is no error.
  const lower = join(dirname(path), 'dockerfile');
  if (basename(path) === 'Dockerfile' && look(lower) === 'file') return lower;
  return failDockerfile(path, context);
}

/** Finds the Dockerfile and its context, or says what is missing and what is nearby. */
export async function findPlace(launch: LaunchArguments & { readonly cwd: string }): Promise<Place> {
  if (launch.context !== undefined && isRemote(launch.context)) {
    const dockerfile = launch.dockerfile ?? 'Dockerfile';
    const dockerfileIsLocal = isAbsolute(dockerfile);
    if (dockerfileIsLocal) await checkDockerfile(dockerfile, dirname(dockerfile));
    return { dockerfile, dockerfileIsLocal, context: { kind: 'remote', url: launch.context } };
  }
  const context = launch.context ?? (launch.dockerfile === undefined ? launch.cwd : dirname(launch.dockerfile));
  await checkContext(context);
  const dockerfile = await checkDockerfile(launch.dockerfile ?? join(context, 'Dockerfile'), context);
  return { dockerfile, dockerfileIsLocal: true, context: { kind: 'folder', path: context } };
}
