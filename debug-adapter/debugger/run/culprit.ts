/** Which step of a build an error is about. */
import type { Attempt } from '../ask/attempt.js';
import { type ExecOp, NetMode, SecurityMode } from '../../buildkit/gen/ops.js';
import { EngineError } from '../errors.js';

/** Longest that an engine without error details may take to say in its progress which step failed. */
const NAMED_LATE = 3000;

/** Digest of the vertex that an error is about. Engines that attach no details say in their progress which failed. */
export async function culpritOf({ timeline, ours, programs }: Attempt, error: unknown): Promise<string | undefined> {
  if (!(error instanceof EngineError)) return undefined;
  const { vertex } = error.details;
  if (vertex !== undefined) return await ours(vertex);
  const unallowed = rights[notAllowed.exec(error.message)?.[1] ?? ''];
  if (unallowed !== undefined) return firstVertex(programs, unallowed);
  if (error.code === 14) return undefined;
  return (await timeline.firstFailure(NAMED_LATE))?.digest;
}

/** What engines say of a whole definition before any of it runs: that one of its steps wants too much. */
const notAllowed = /failed to load LLB: (network\.host|security\.insecure) is not allowed/;
const rights: Readonly<Record<string, (op: ExecOp) => boolean>> = {
  'network.host': ({ network }) => network === NetMode.HOST,
  'security.insecure': ({ security }) => security === SecurityMode.INSECURE,
};

/** The first RUN of the walk that is so. */
function firstVertex(programs: Attempt['programs'], isIt: (op: ExecOp) => boolean): string | undefined {
  const steps = programs.flatMap((program) => [...program.steps.values()]);
  const vertices = steps.flatMap(({ vertices: own }) => own);
  return vertices.find(({ op: { op } }) => op?.$case === 'exec' && isIt(op.value))?.digest;
}
