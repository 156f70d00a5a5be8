import { join } from 'node:path';
import { failing, type Files, mistakes, monorepo, touching, writeFiles } from '../workspaces.js';

/** Writes the workspaces of the extension host's half below `top`; gives the folder that holds them. */
export async function writeWorkspaces(top: string): Promise<string> {
  const folder = join(top, 'workspaces');
  const all: Readonly<Record<string, Files>> = { failing, monorepo, mistakes, touching };
  for (const [name, files] of Object.entries(all)) {
    await writeFiles(files, join(folder, name));
  }
  return folder;
}
