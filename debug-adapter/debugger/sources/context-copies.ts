/** What of the build context comes into a stage, by which instruction, and where to: as the engine was told. */
import { lstat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { Dockerfile, Instruction } from '../../dockerfile/model.js';
import type { LlbVertex } from '../../buildkit/llb.js';
import { cleanPath } from '../../patterns/clean-path.js';
import { matchName } from '../../patterns/glob.js';
import { copiesOf } from '../stop/copy-preview.js';
import { inputOf, type Program, type Step } from '../program/program.js';

export interface ContextCopy {
  readonly instruction: Instruction;
  /** In the context, without a leading slash; '' is all of it. May hold wildcards. */
  readonly from: string;
  /** Absolute. */
  readonly to: string;
}

type Built = Pick<Program, 'dockerfile' | 'llb' | 'steps'>;

/** COPY and ADD of the stage and of those that it is built on, in the order of the Dockerfile. */
export function contextCopies(program: Built, stage: number): readonly ContextCopy[] {
  const stages = lineage(program.dockerfile, stage);
  return [...program.steps.values()]
    .filter((step) => stages.has(step.stage))
    .sort((a, b) => a.instruction.index - b.instruction.index)
    .flatMap(({ instruction, vertices }) =>
      vertices.flatMap(copiesOf).flatMap(({ vertex, action, source }): ContextCopy[] => {
        const filtered = action.includePatterns.length + action.excludePatterns.length > 0;
        if (filtered || !isContext(program, vertex, source)) return [];
        return [{ instruction, from: cleanPath(`/${action.src}`).slice(1), to: cleanPath(`/${action.dest}`) }];
      }),
    );
}

/** What a RUN sees of the context through its mounts. */
export function contextMounts(program: Built, { instruction, vertices }: Step): readonly ContextCopy[] {
  return vertices.flatMap((vertex) => {
    const op = vertex.op.op;
    if (op?.$case !== 'exec') return [];
    return op.value.mounts
      .filter(({ dest, input }) => dest !== '/' && isContext(program, vertex, Number(input)))
      .map(({ dest, selector }) => ({
        instruction,
        from: cleanPath(`/${selector}`).slice(1),
        to: cleanPath(`/${dest}`),
      }));
  });
}

/** Where in the context a file of the image would come from; undefined where it does not come from this copy. */
export async function originOf({ from, to }: ContextCopy, path: string, root: string): Promise<string | undefined> {
  const rest = below(to, path);
  if (rest === undefined) return undefined;
  const [first = '', ...others] = rest.split('/');
  if (/[*?[]/.test(from)) {
    const [folder, pattern] = [posix.dirname(from), posix.basename(from)];
    const found = posix.join(folder, first, ...others);
    return matches(pattern, first) && (await kindOf(root, found)) !== undefined ? found : undefined;
  }
  // What is in a folder is copied, not the folder.
  const inside = posix.join(from, rest);
  if ((await kindOf(root, inside)) !== undefined) return inside === '.' ? undefined : inside;
  return rest === posix.basename(from) && (await kindOf(root, from)) === 'file' ? from : undefined;
}

/** What a path of the context is; undefined where nothing is there. Links are files. */
export async function kindOf(root: string, path: string): Promise<'file' | 'folder' | undefined> {
  try {
    return (await lstat(join(root, path))).isDirectory() ? 'folder' : 'file';
  } catch {
    return undefined;
  }
}

/** Both absolute; '' for the folder itself. */
export function below(folder: string, path: string): string | undefined {
  if (path === folder) return '';
  const start = folder === '/' ? '/' : `${folder}/`;
  return path.startsWith(start) ? path.slice(start.length) : undefined;
}

function isContext({ llb }: Built, vertex: LlbVertex, position: number): boolean {
  const input = inputOf(vertex, position);
  const source = input === undefined ? undefined : llb.vertices.get(input.digest)?.op.op;
  return source?.$case === 'source' && source.value.identifier === 'local://context';
}

function lineage({ stages }: Dockerfile, stage: number): ReadonlySet<number> {
  const found = new Set<number>();
  for (let at: number | undefined = stage; at !== undefined && !found.has(at); at = stages[at]?.baseStage)
    found.add(at);
  return found;
}

function matches(pattern: string, name: string): boolean {
  try {
    return matchName(pattern, name);
  } catch {
    return false;
  }
}
