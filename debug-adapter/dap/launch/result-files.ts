import { dirname, sep } from 'node:path';
import type { LaunchArguments } from '../../contract.js';
import { UserError } from '../../debugger/errors.js';
import { lookAt } from '../../debugger/sources/small-files.js';
import type { Outputs } from './outputs.js';

type Files = Pick<LaunchArguments, 'iidFile' | 'metadataFile'>;

/** They are written when all has run, which is late to learn that they cannot be. */
export function checkResultFiles({ iidFile, metadataFile }: Files, outputs: Outputs): void {
  const made = Object.values(outputs.exportTargets).flatMap((target) => (target.kind === 'folder' ? target.path : []));
  const exported = outputs.layoutOutput === undefined ? made : [...made, outputs.layoutOutput];
  if (iidFile !== undefined) checkFile('iidFile', '--iidfile', iidFile, exported);
  if (metadataFile !== undefined) checkFile('metadataFile', '--metadata-file', metadataFile, exported);
}

/** @param exported folders that are made when the result is exported, which is before */
function checkFile(name: string, flag: string, path: string, exported: readonly string[]): void {
  const folder = dirname(path);
  if (isFolder(path)) {
    const hint = `Set "${name}" (${flag}) to a file in it.`;
    throw new UserError('result-file', `The result cannot be named in ${path}: it is a folder.`, hint);
  }
  if (isFolder(folder) !== false || exported.some((made) => `${folder}${sep}`.startsWith(`${made}${sep}`))) return;
  const what = lookAt(folder) === undefined ? 'does not exist' : 'is no folder';
  const hint = `Make the folder, or set "${name}" (${flag}) to a file elsewhere.`;
  throw new UserError('result-file', `The file ${path} cannot be written: ${folder} ${what}.`, hint);
}

/** Undefined for what cannot be looked at: it may be written all the same. */
function isFolder(path: string): boolean | undefined {
  try {
    return lookAt(path)?.isDirectory() === true;
  } catch {
    return undefined;
  }
}
