/** A source of COPY or ADD with so many `..` that it leads out of the build context: the engine takes them for nothing. */
import { posix, resolve } from 'node:path';
import type { Instruction } from '../../dockerfile/model.js';
import { pathInContext } from '../../dockerfile/paths.js';
import { quotedWords } from '../../dockerfile/words.js';

export interface Outside {
  /** As written. */
  readonly source: string;
  /** The way up from the root of the context, e.g. `../..`. */
  readonly up: string;
  /** The rest of it. */
  readonly path: string;
}

/** The source that the engine looked for at `missing`, a path of the context; undefined when it stays inside. */
export function outsideContext({ json, args }: Instruction, missing: string): Outside | undefined {
  const words = json ?? quotedWords(args, '\\').map((word) => word.replace(/^(["'])(.*)\1$/, '$2'));
  for (const source of words.slice(0, -1)) {
    const clean = posix.normalize(source).replace(/\/$/, '');
    const [up = ''] = /^\.\.(?:\/\.\.)*(?=\/|$)/.exec(clean) ?? [];
    if (up !== '' && pathInContext(source) === pathInContext(missing))
      return { source, up, path: clean.slice(up.length + 1) };
  }
  return undefined;
}

/** What to do about it, where the context is a folder of this machine. */
export function outsideHint({ up, path }: Outside, keyword: string, root: string, isThere: boolean): string {
  const folder = resolve(root, up);
  const missing = isThere ? '' : `There is no ${resolve(folder, path)} either. `;
  return `${missing}Take ${folder} for the build context, with paths from there; or give it a name of its own: --build-context name=${folder}, in launch.json "buildContexts": { "name": "${folder}" }, and ${keyword === 'ADD' ? 'COPY' : keyword} --from=name ${path}.`;
}
