/** Which step of a build an error is about. */
import type { Attempt } from './attempt.js';
import { EngineError } from './errors.js';

/** Longest that an engine without error details may take to say in its progress which step failed. */
const NAMED_LATE = 3000;

/** Digest of the vertex that an error is about. Engines that attach no details say in their progress which failed. */
export async function culpritOf({ timeline, ours }: Attempt, error: unknown): Promise<string | undefined> {
  if (!(error instanceof EngineError)) return undefined;
  const { vertex } = error.details;
  if (vertex !== undefined) return await ours(vertex);
  if (error.code === 14) return undefined;
  return (await timeline.firstFailure(NAMED_LATE))?.digest;
}
