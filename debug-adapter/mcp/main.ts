/** The server for coding agents: wires the process to an MCP server. Which adapter it debugs with is up to the caller. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { Peer } from '../cli/adapter.js';
import { fieldsOf, textOf } from '../cli/fields.js';
import { answer, type Extra } from './answer.js';
import { readCommandLine, usage } from './command-line.js';
import { Desk } from './desk.js';
import { instructions } from './instructions.js';
import { tools } from './tools/table.js';

/** So long the last build may take to end; a client that wants the process gone does not wait for ever. */
const farewell = 1500;

/** Serves until standard input ends or the process is asked to go; answers the exit code. */
export async function runServer(argv: readonly string[], openAdapter: () => Peer): Promise<number> {
  const command = readCommandLine(argv);
  if (command.kind === 'help') {
    process.stdout.write(usage);
    return 0;
  }
  if (command.kind === 'wrong') {
    process.stderr.write(`${command.text}\nSee "dockerfile-debug mcp --help".\n`);
    return 2;
  }
  const desk = new Desk(openAdapter, process.cwd(), command.defaults);
  const gone = whenGone();
  const server = serverOf(desk);
  await server.connect(new StdioServerTransport());
  await gone;
  const late = new Promise<void>((resolve) => setTimeout(resolve, farewell));
  await Promise.race([desk[Symbol.asyncDispose](), late]);
  return 0;
}

function serverOf(desk: Desk): Server {
  const server = new Server(
    { name: 'dockerfile-debug', title: 'Dockerfile Debugger', version: version() },
    { capabilities: { tools: {} }, instructions },
  );
  const listed = tools.map(({ call: _call, ...tool }) => tool);
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: listed }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra: Extra) => answer(params, extra, desk));
  return server;
}

/** Settles when nobody is there any more. */
function whenGone(): Promise<void> {
  return new Promise((resolve) => {
    const leave = (): void => resolve();
    for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(name, leave);
    process.stdin.once('end', leave);
    process.stdin.once('close', leave);
    process.stdin.once('error', leave);
    process.stdout.once('error', leave);
  });
}

function version(): string {
  try {
    return textOf(fieldsOf(JSON.parse(readFileSync(join(dirname(__dirname), 'package.json'), 'utf8')))['version']);
  } catch {
    return 'unknown'; // the bundle was copied out of its package
  }
}
