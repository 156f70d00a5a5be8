/** A coding agent: it starts the shipped server, and calls its tools. */
import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { RequestOptions } from '@modelcontextprotocol/sdk/shared/protocol.js';
import { adapterPath, type Files, Workspace } from '../support/dap/index.js';
import { engineAddress } from '../support/environment/engines.js';

/** The shipped program. */
export const cli = join(dirname(adapterPath()), 'cli.js');

export interface Agent extends AsyncDisposable {
  readonly client: Client;
  readonly transport: StdioClientTransport;
  readonly workspace: Workspace;
  /** What the server wrote to standard error. */
  readonly stderr: () => string;
  /** Calls a tool that has to do what it is asked for; gives its text. */
  readonly call: (name: string, args?: object, options?: RequestOptions) => Promise<string>;
  /** Calls a tool that has to answer with an error; gives its text. */
  readonly fails: (name: string, args?: object) => Promise<string>;
}

/** Starts the server in a folder with these files. */
export async function startAgent(
  files: Files,
  { env = {}, argv = [] }: { readonly env?: Readonly<Record<string, string>>; readonly argv?: readonly string[] } = {},
): Promise<Agent> {
  const workspace = new Workspace(files);
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [cli, 'mcp', ...argv],
    cwd: workspace.root,
    env: { ...given(), BUILDKIT_HOST: engineAddress('buildkitd'), DOCKER_CONFIG: workspace.root, ...env },
    stderr: 'pipe',
  });
  let stderr = '';
  transport.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  const ask = async (name: string, args: object, options?: RequestOptions) => {
    const result = await client.callTool({ name, arguments: { ...args } }, undefined, options);
    const [content] = result.content as { type: string; text: string }[];
    return { text: content?.text ?? '', failed: result.isError === true };
  };
  return {
    ...{ client, transport, workspace },
    stderr: () => stderr,
    async call(name, args = {}, options) {
      const { text, failed } = await ask(name, args, options);
      assert.equal(failed, false, `${name}: ${text}`);
      return text;
    },
    async fails(name, args = {}) {
      const { text, failed } = await ask(name, args);
      assert.equal(failed, true, `${name}: ${text}`);
      return text;
    },
    async [Symbol.asyncDispose]() {
      await client.close();
      workspace[Symbol.dispose]();
    },
  };
}

function given(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** Settles with the milliseconds until the server has closed its end. */
export async function goneAfter(agent: Agent, leave: () => void): Promise<number> {
  const began = performance.now();
  const closed = new Promise<void>((resolve) => (agent.client.onclose = resolve));
  leave();
  await closed;
  return performance.now() - began;
}
