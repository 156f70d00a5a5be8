import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { BuildSettings, OciLayout } from '../../debugger/api.js';
import { UserError } from '../../debugger/errors.js';
import { isRemote } from '../../definitions/remote.js';

/** Named contexts: what the frontend is told, and folders that the session serves. */
export interface NamedContexts {
  readonly attrs: Readonly<Record<string, string>>;
  readonly locals: BuildSettings['locals'];
  readonly layouts: BuildSettings['layouts'];
}

async function checkFolder(name: string, path: string): Promise<void> {
  let isFolder: boolean | undefined;
  try {
    isFolder = (await stat(path)).isDirectory();
  } catch {
    // What matters is only that it cannot be used; the words below say which path.
    isFolder = undefined;
  }
  if (isFolder === true) return;
  const what = isFolder === undefined ? 'does not exist' : 'is a file, not a folder';
  throw new UserError(
    isFolder === undefined ? 'context-not-found' : 'context-not-a-folder',
    `${path}, the build context "${name}", ${what}.`,
    'A named context is a folder, a URL, docker-image://NAME, or oci-layout://FOLDER:TAG.',
  );
}

const layoutScheme = 'oci-layout://';

/** `FOLDER[:TAG][@DIGEST]`; a folder may have a colon too, as that of a drive. */
function readLayout(text: string, cwd: string): OciLayout {
  const [, rest = text, digest] =
    /^(.*)@(sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/.exec(text) ?? [];
  const [, folder = rest, tag] = /^(.*[^:]):(\w[\w.-]{0,127})$/.exec(rest) ?? [];
  return { path: resolve(cwd, folder), tag: tag ?? (digest === undefined ? 'latest' : undefined), digest };
}

/** An empty place would be the current folder, all of it; FROM and COPY look for names in lower case. */
function refuseNone(name: string, value: string): void {
  if (value.trim() === '') {
    const hint = 'For example "assets": "../assets"; a variable in it may be empty.';
    throw new UserError('context-empty', `The build context "${name}" names no place.`, hint);
  }
  if (name === '' || name !== name.toLowerCase()) {
    const hint = `Write it in lower case${name === '' ? '' : `: "${name.toLowerCase()}"`}.`;
    throw new UserError('context-name', `"${name}" is no name of a build context.`, hint);
  }
}

/** Reads `--build-context`. */
export async function readContexts(contexts: Readonly<Record<string, string>>, cwd: string): Promise<NamedContexts> {
  const attrs: Record<string, string> = {};
  const locals: Record<string, { readonly root: string }> = {};
  const layouts: Record<string, OciLayout> = {};
  for (const [name, value] of Object.entries(contexts)) {
    refuseNone(name, value);
    attrs['frontend.caps'] = 'moby.buildkit.frontend.contexts+forward';
    if (isRemote(value) || value.startsWith('docker-image://')) {
      attrs[`context:${name}`] = value;
      continue;
    }
    if (value.startsWith('target:')) {
      throw new UserError(
        'context-unsupported',
        `The build context "${name}" is a target of a bake file, which is another build.`,
        'Export that one, e.g. with "outputs": ["type=oci,tar=false,dest=FOLDER"], and use oci-layout://FOLDER.',
      );
    }
    if (value.startsWith(layoutScheme)) {
      const layout = readLayout(value.slice(layoutScheme.length), cwd);
      await checkFolder(name, layout.path);
      layouts[name] = layout;
      continue;
    }
    const path = resolve(cwd, value);
    await checkFolder(name, path);
    // The session serves the main context and the Dockerfile under these names.
    const local = name === 'context' || name === 'dockerfile' ? `_${name}` : name;
    locals[local] = { root: path };
    attrs[`context:${name}`] = `local:${local}`;
  }
  return { attrs, locals, layouts };
}
