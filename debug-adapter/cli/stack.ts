/** The call stack of a thread, as the adapter tells it. */
import { type Adapter, Refusal } from './adapter.js';
import { type Fields, listOf, numberOf, textOf } from './fields.js';
import type { Machine } from './machine.js';

/** The stack of a stopped thread, innermost first. */
export interface Frame {
  readonly id: number;
  readonly name: string;
  readonly path: string;
  readonly line: number;
  readonly endLine: number;
  /** From 1, of the first line; the end is of the last one, and exclusive. */
  readonly column: number;
  readonly endColumn: number;
  /** Number of the text at the adapter, when no file has it; else 0. */
  readonly reference: number;
}

/** Reads the answer to `stackTrace`. */
export function framesOf(body: Fields): readonly Frame[] {
  return listOf(body['stackFrames']).map((frame) => {
    const source = listOf([frame['source']])[0] ?? {};
    const line = numberOf(frame['line']) ?? 0;
    return {
      id: numberOf(frame['id']) ?? 0,
      name: textOf(frame['name']),
      path: textOf(source['path'], textOf(source['name'])),
      line,
      endLine: numberOf(frame['endLine']) ?? line,
      column: numberOf(frame['column']) ?? 1,
      endColumn: numberOf(frame['endColumn']) ?? 1,
      reference: numberOf(source['sourceReference']) ?? 0,
    };
  });
}

/** The stack of a thread; undefined when it has moved on meanwhile. */
export async function readStack(
  adapter: Adapter,
  machine: Machine,
  threadId: number,
): Promise<readonly Frame[] | undefined> {
  try {
    const frames = framesOf(await adapter.request('stackTrace', { threadId }));
    const remote = frames.find(({ reference }) => reference > 0);
    if (remote !== undefined) {
      const body = await adapter.request('source', {
        sourceReference: remote.reference,
        source: { path: remote.path },
      });
      machine.learn(remote.path, textOf(body['content']));
    }
    return frames;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    machine.resume(threadId);
    return undefined;
  }
}
