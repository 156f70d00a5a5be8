/** The door for coding agents: `dockerfile-debug mcp` speaks the Model Context Protocol on standard input and output. */
import { crash, openAdapter } from './in-process.js';
import { runServer } from './mcp/main.js';
import { exit, onServed } from './serving.js';

/** Serves one agent until it is gone. */
export function main(served: () => void): void {
  onServed(served);
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  void runServer(process.argv.slice(3), openAdapter).then(exit);
}
