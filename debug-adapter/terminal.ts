/** The door of the terminal debugger, whose adapter runs in this very process. */
import { runTerminal } from './cli/main.js';
import { crash, openAdapter } from './in-process.js';
import { exit, onServed } from './serving.js';

/** Runs the command line to its end. */
export function main(served: () => void): void {
  onServed(served);
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  void runTerminal(process.argv.slice(2), openAdapter).then(exit);
}
