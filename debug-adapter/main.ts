/** The door: the Debug Adapter Protocol on standard input and output, or on a port of this machine. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exit, onServed, serve, sessions } from './serving.js';

const help = `Usage: node debug-adapter.js [--port N]

Debugs Dockerfile builds for editors that speak the Debug Adapter Protocol.
Without options it speaks on standard input and output, for one session.

  --port N    listen on 127.0.0.1:N instead, one session for each connection; 0 takes a free port
  --version   print the version
  --help      print this
`;

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(__dirname, '..', 'package.json'), 'utf8'));
  const known = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return known && typeof manifest.version === 'string' ? manifest.version : 'unknown';
}

function listen(port: number): void {
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    serve({ input: socket, output: socket }, () => socket.destroySoon());
  });
  server.on('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  server.listen(port, '127.0.0.1', () => {
    const address = server.address();
    if (typeof address === 'object' && address !== null)
      process.stdout.write(`Listening on 127.0.0.1:${address.port}\n`);
  });
}

/** A bug that no request waits for: every client is told, and the process does not go on in an unknown state. */
function crash(error: unknown): void {
  process.exitCode = 1;
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  for (const session of sessions) {
    session.report(error);
    session.end(1);
  }
  void shutDown(1);
}

async function shutDown(code: number): Promise<void> {
  await Promise.allSettled([...sessions].map((session) => session.release()));
  exit(code);
}

function readOptions(): { readonly port?: string; readonly version?: boolean; readonly help?: boolean } {
  // VS Code starts adapters as `node -e … PATH`, where parseArgs by itself would take the path for an argument.
  const args = process.argv.slice(2);
  // Nearly always: Node's parser need not be loaded.
  if (args.length === 0) return {};
  return parseArgs({
    args,
    options: { port: { type: 'string' }, version: { type: 'boolean' }, help: { type: 'boolean' } },
  }).values;
}

function run(): void {
  const values = readOptions();
  if (values.help === true) return void process.stdout.write(help);
  if (values.version === true) return void process.stdout.write(`${version()}\n`);
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => void shutDown(0));
  if (values.port === undefined) {
    const streams = { input: process.stdin, output: process.stdout };
    return void serve(streams, () => exit(process.exitCode === 1 ? 1 : 0));
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new RangeError(`--port wants a port number, not "${values.port}".`);
  listen(port);
}

/** Serves editors until they are gone. */
export function main(served: () => void): void {
  onServed(served);
  try {
    run();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\nSee --help.\n`);
    process.exitCode = 2;
  }
}
