import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { BuildSettings } from '../../debugger/api.js';
import { UserError } from '../../debugger/errors.js';
import { isRemote } from './remote.js';

/** Named contexts: what the frontend is told, and folders that the session serves. */
export interface NamedContexts {
  readonly attrs: Readonly<Record<string, string>>;
  readonly locals: BuildSettings['locals'];
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
    'A named context is a folder, a URL, or docker-image://NAME.',
  );
}

/** Reads `--build-context`. */
export async function readContexts(contexts: Readonly<Record<string, string>>, cwd: string): Promise<NamedContexts> {
  const attrs: Record<string, string> = {};
  const locals: Record<string, { readonly root: string }> = {};
  for (const [name, value] of Object.entries(contexts)) {
    attrs['frontend.caps'] = 'moby.buildkit.frontend.contexts+forward';
    if (isRemote(value) || value.startsWith('docker-image://')) {
      attrs[`context:${name}`] = value;
      continue;
    }
    if (/^(?:oci-layout|target):/.test(value)) {
      const scheme = value.slice(0, value.indexOf(':'));
      throw new UserError(
        'context-unsupported',
        `The build context "${name}" is of the kind ${scheme}:, which is not supported yet.`,
        'Use a folder, a URL, or docker-image://NAME.',
      );
    }
    const path = resolve(cwd, value);
    await checkFolder(name, path);
    // The session serves the main context and the Dockerfile under these names.
    const local = name === 'context' || name === 'dockerfile' ? `_${name}` : name;
    locals[local] = { root: path };
    attrs[`context:${name}`] = `local:${local}`;
  }
  return { attrs, locals };
}
