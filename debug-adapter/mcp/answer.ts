/** Calls a tool, and puts whatever comes of it into the protocol's words. */
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type {
  CallToolRequest,
  CallToolResult,
  ServerNotification,
  ServerRequest,
} from '@modelcontextprotocol/sdk/types.js';
import { Refusal } from '../cli/adapter.js';
import { nearest } from '../patterns/nearest.js';
import type { Desk } from './desk.js';
import type { Call } from './tool.js';
import { ToolError } from './tool-error.js';
import { tools } from './tools/table.js';

/** What the SDK knows of a request. */
export type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** Never rejects: what goes wrong is an answer that a model can act on. */
export async function answer(
  { name, arguments: given }: CallToolRequest['params'],
  extra: Extra,
  desk: Desk,
): Promise<CallToolResult> {
  try {
    const tool = tools.find((each) => each.name === name);
    if (tool === undefined) throw new ToolError(unknownTool(name));
    const { text, failed = false } = await tool.call(given, callOf(extra, desk));
    return { content: [{ type: 'text', text }], isError: failed };
  } catch (error) {
    return { content: [{ type: 'text', text: wordsOf(error) }], isError: true };
  }
}

function callOf(extra: Extra, desk: Desk): Call {
  const { signal, _meta } = extra;
  const token = _meta?.progressToken;
  let count = 0;
  return {
    desk,
    signal,
    progress(message) {
      if (token === undefined) return;
      count += 1;
      const params = { progressToken: token, progress: count, message };
      // A client that is gone needs no progress.
      extra.sendNotification({ method: 'notifications/progress', params }).catch(() => undefined);
    },
  };
}

function wordsOf(error: unknown): string {
  if (error instanceof ToolError || error instanceof Refusal) return error.message;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `This is a bug of the Dockerfile debugger. build_start begins afresh.\n${text}`;
}

function unknownTool(name: string): string {
  const names = tools.map((tool) => tool.name);
  const near = nearest(name, names);
  return `There is no tool "${name}".${near === undefined ? '' : ` Did you mean "${near}"?`} There are: ${names.join(', ')}.`;
}
