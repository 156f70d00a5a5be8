import * as vscode from 'vscode';
import { field } from './shape.js';

/** The thread and frame that a command means; empty: the adapter takes the thread that stopped last. */
export interface Focus {
  readonly threadId?: number;
  readonly frameId?: number;
}

/** The thread and frame that are chosen in the Call Stack. */
export function focusOf(session: vscode.DebugSession): Focus {
  const item = vscode.debug.activeStackItem;
  if (item === undefined || item.session.id !== session.id) {
    return {};
  }
  return item instanceof vscode.DebugStackFrame
    ? { threadId: item.threadId, frameId: item.frameId }
    : { threadId: item.threadId };
}

/**
 * The thread and frame that were right-clicked in the Call Stack. VS Code hands over names of its own for them,
 * `thread:SESSION:7` and `stackframe:THREAD:INDEX`, so that the frame's id has to be asked for.
 */
export async function clickedFocus(session: vscode.DebugSession, context: unknown): Promise<Focus | undefined> {
  const threadId = lastNumber(field(context, 'threadId'));
  if (threadId === undefined) {
    return undefined;
  }
  const startFrame = lastNumber(field(context, 'frameId'));
  if (startFrame === undefined) {
    return { threadId };
  }
  const answer: unknown = await session.customRequest('stackTrace', { threadId, startFrame, levels: 1 });
  const frames = field(answer, 'stackFrames');
  const frameId = Array.isArray(frames) ? field(frames[0], 'id') : undefined;
  return typeof frameId === 'number' ? { threadId, frameId } : { threadId };
}

function lastNumber(name: unknown): number | undefined {
  const digits = typeof name === 'string' ? /\d+$/.exec(name)?.[0] : undefined;
  return digits === undefined ? undefined : Number(digits);
}
