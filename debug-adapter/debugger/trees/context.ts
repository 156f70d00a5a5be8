/** The build context of a frame, wherever it is. */
import type { Gateway } from '../../buildkit/api.js';
import type { Program } from '../program/program.js';
import type { BuildSettings, StateFiles } from '../api.js';
import { readIgnoreRules } from '../sources/ignore-file.js';
import { createFiles } from './files.js';
import { UserError } from '../errors.js';
import { createShared } from '../common/shared.js';
import { materialize } from '../containers/scene.js';
import { parseIgnoreFile } from '../../dockerfile/ignore.js';
import { inputOf, type Result } from '../program/program.js';
import { contextFiles } from './context-files.js';

export interface ContextInput {
  readonly program: Program;
  readonly settings: BuildSettings;
  readonly gateway: Gateway;
}

/** Asks nothing yet. A folder is read from this machine, as it is now; anything else is what the engine has fetched. */
export function contextOf({ program, settings, gateway }: ContextInput): StateFiles {
  const { context } = settings;
  if (context.kind === 'folder') {
    const { path } = context;
    const files = createShared<StateFiles>();
    const make = async (): Promise<StateFiles> => contextFiles(path, await excludesOf(program, path, settings));
    return {
      list: async (folder, signal) => (await files.get(make, signal)).list(folder, signal),
      stat: async (file, signal) => (await files.get(make, signal)).stat(file, signal),
      read: async (file, range, signal) => (await files.get(make, signal)).read(file, range, signal),
    };
  }
  const result = fetchedContext(program);
  if (result === undefined)
    throw new UserError(
      'context-unused',
      `Nothing in this build copies from its context ${context.url}.`,
      'Its files can be looked at once a COPY or ADD takes one of them.',
    );
  const root = (signal: AbortSignal): Promise<string> => materialize(gateway, program, result, signal);
  return createFiles({ gateway, root, bench: () => Promise.reject(new Error('a snapshot needs no container')) });
}

/** As the frontend tells the engine, and where nothing is copied, as it would. */
async function excludesOf(program: Program, root: string, settings: BuildSettings): Promise<readonly string[]> {
  for (const { op } of program.llb.vertices.values()) {
    if (op.op?.$case !== 'source' || op.op.value.identifier !== 'local://context') continue;
    const excludes: unknown = JSON.parse(op.op.value.attrs['local.excludepatterns'] ?? '[]');
    return Array.isArray(excludes) ? excludes.filter((pattern) => typeof pattern === 'string') : [];
  }
  const ignore = await readIgnoreRules(root, settings);
  return ignore === undefined ? [] : parseIgnoreFile(ignore.text).map(({ pattern }) => pattern);
}

/** What a COPY or ADD without `--from` copies from. */
function fetchedContext(program: Program): Result | undefined {
  for (const { instruction, vertices } of program.steps.values()) {
    if (!/^(?:COPY|ADD)$/.test(instruction.keyword) || instruction.flags.some(({ name }) => name === 'from')) continue;
    for (const vertex of vertices) {
      const op = vertex.op.op;
      if (op?.$case !== 'file') continue;
      for (const { action, secondaryInput } of op.value.actions) {
        if (action?.$case === 'copy') return inputOf(vertex, Number(secondaryInput));
      }
    }
  }
  return undefined;
}
