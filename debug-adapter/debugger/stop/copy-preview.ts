/** What the words of a COPY or ADD mean now: what its sources match, as the builder sees it, and what its destination holds. */
import type { Gateway } from '../../buildkit/api.js';
import type { FileActionCopy, FileOp } from '../../buildkit/gen/ops.js';
import type { LlbVertex } from '../../buildkit/llb.js';
import { matchName } from '../../patterns/glob.js';
import { cleanPath } from '../../patterns/clean-path.js';
import type { FileFact, PathPreview } from '../api.js';
import { EngineError } from '../errors.js';
import { fileFact } from '../trees/files.js';
import { inputOf, type Program, type Step } from '../program/program.js';
import { materialize, stageToCome } from '../containers/scene.js';
import type { Point } from '../program/walk.js';

export interface PreviewInput {
  readonly gateway: Gateway;
  readonly program: Program;
  /** Where the build stands: what comes later is not run to be looked at. */
  readonly point: Point;
  readonly step: Step;
  /** Where a destination that is not absolute starts from. */
  readonly workdir: string;
  /** Whether the step has run: then its state is the one after it. */
  readonly after: boolean;
  /** Root of that state, else of the one before the step; undefined when the build has not come there. */
  readonly root: (signal: AbortSignal) => Promise<string | undefined>;
}

/** So many matches are looked for. */
const MOST = 1000;

interface Copy {
  readonly vertex: LlbVertex;
  readonly action: FileActionCopy;
  /** Position of what it copies from among the inputs of the vertex. */
  readonly source: number;
}

/** Undefined when the word, as it is after expansion, is neither a source nor the destination. */
export async function previewCopy(
  input: PreviewInput,
  word: string,
  signal: AbortSignal,
): Promise<PathPreview | undefined> {
  const copies = input.step.vertices.flatMap(copiesOf);
  const path = absolute(word);
  const source = copies.find(({ action }) => absolute(action.src) === path);
  if (source !== undefined) return previewSource(input, source, signal);
  const place = absolute(word.startsWith('/') ? word : `${input.workdir}/${word}`);
  const isDestination = copies.some(({ action }) => absolute(action.dest) === place);
  return isDestination ? previewDestination(input, place, signal) : undefined;
}

/** What a FILE op copies. */
export function copiesOf(vertex: LlbVertex): readonly Copy[] {
  const op = vertex.op.op;
  if (op?.$case !== 'file') return [];
  const file: FileOp = op.value;
  return file.actions.flatMap(({ action, secondaryInput }) =>
    action?.$case === 'copy' ? [{ vertex, action: action.value, source: Number(secondaryInput) }] : [],
  );
}

async function previewSource(
  { gateway, program, point }: PreviewInput,
  { vertex, action, source }: Copy,
  signal: AbortSignal,
): Promise<PathPreview> {
  const result = inputOf(vertex, source);
  const late = result === undefined ? undefined : stageToCome(program, point, result.digest);
  const from = fromOf(program, result?.digest);
  const path = absolute(action.src);
  if (late !== undefined)
    return { role: 'source', path, from, entries: [], problem: `the stage ${late} has not run yet` };
  try {
    const ref = await materialize(gateway, program, result, signal);
    return { role: 'source', path, from, ...(await look(gateway, ref, path, signal)) };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { role: 'source', path, from, entries: [], problem: error.message };
  }
}

async function previewDestination(
  { gateway, root, after }: PreviewInput,
  dest: string,
  signal: AbortSignal,
): Promise<PathPreview> {
  const ref = await root(signal);
  const path = absolute(dest);
  const base = { role: 'destination', path, from: undefined, after } as const;
  if (ref === undefined) return { ...base, entries: [], problem: 'the build has not come here yet' };
  return { ...base, ...(await look(gateway, ref, path, signal)) };
}

/** Stage, image or context, as far as it has a name. */
function fromOf(program: Program, digest: string | undefined): string | undefined {
  if (digest === undefined) return undefined;
  const vertex = program.llb.vertices.get(digest);
  const source = vertex?.op.op;
  if (source?.$case === 'source' && source.value.identifier.startsWith('local://')) return 'the build context';
  const owner = program.owners.get(digest);
  const stage = owner === undefined ? undefined : program.dockerfile.stages[owner.stage];
  return stage === undefined ? vertex?.name : `the stage ${stage.name ?? stage.index}`;
}

/** What a path with wildcards matches; one folder alone stands for what is in it. */
async function look(
  gateway: Gateway,
  ref: string,
  path: string,
  signal: AbortSignal,
): Promise<{ readonly entries: readonly FileFact[]; readonly folder?: true }> {
  if (ref === '') return path === '/' ? { entries: [], folder: true } : { entries: [] };
  const found = await expand(gateway, ref, path, signal);
  const [only] = found;
  const isFolder = path === '/' || (found.length === 1 && only?.type === 'folder' && !/[*?[]/.test(path));
  return isFolder ? { entries: await list(gateway, ref, path, signal), folder: true } : { entries: found };
}

async function list(gateway: Gateway, ref: string, folder: string, signal: AbortSignal): Promise<readonly FileFact[]> {
  try {
    return (await gateway.readDir(ref, folder, { signal })).map(fileFact);
  } catch (error) {
    // A folder that is not there holds nothing.
    if (error instanceof EngineError) return [];
    throw error;
  }
}

/** Names are relative to the folder before the first wildcard. */
async function expand(gateway: Gateway, ref: string, path: string, signal: AbortSignal): Promise<readonly FileFact[]> {
  const segments = path.split('/').filter((segment) => segment !== '');
  let folders = ['/'];
  for (const [depth, segment] of segments.entries()) {
    const last = depth === segments.length - 1;
    const matches: { readonly path: string; readonly file: FileFact }[] = [];
    for (const folder of folders) {
      const files = await list(gateway, ref, folder, signal);
      for (const file of files) {
        if (matchName(segment, file.name)) matches.push({ path: `${folder === '/' ? '' : folder}/${file.name}`, file });
      }
      if (matches.length >= MOST) break;
    }
    if (last) return matches.map(({ path: at, file }) => ({ ...file, name: at.slice(1) }));
    folders = matches.filter(({ file }) => file.type !== 'file').map((match) => match.path);
  }
  return [];
}

function absolute(path: string): string {
  return cleanPath(`/${path}`);
}
