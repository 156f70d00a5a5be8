/** The terminal debugger: wires the process to a session. Which adapter that is with is up to the caller. */
import { openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isatty, ReadStream } from 'node:tty';
import { createColors } from 'picocolors';
import type { Peer } from './adapter.js';
import { parseCommandLine } from './command-line.js';
import { fieldsOf, textOf } from './fields.js';
import { askForId, type ImageId, withoutImage } from './image-id.js';
import { InputError, noInput, readInput } from './input.js';
import { redirectOutput } from './output.js';
import { runSession } from './session.js';
import { usage } from './usage.js';
import type { World } from './world.js';

const { stdout, stderr, env } = process;

/** Opened when it is wanted: that takes two milliseconds, and most builds want none. */
const stdin = (): typeof process.stdin => process.stdin;

function version(): string {
  try {
    return textOf(fieldsOf(JSON.parse(readFileSync(join(dirname(__dirname), 'package.json'), 'utf8')))['version']);
  } catch {
    return 'unknown'; // the bundle was copied out of its package
  }
}

/** The terminal, even when standard input is a pipe with a Dockerfile in it. */
function keyboard(fromStdin: boolean): World['keyboard'] {
  if (!stderr.isTTY) return undefined;
  if (isatty(0)) return { fd: 0, open: stdin, close: () => undefined };
  if (!fromStdin) return undefined;
  try {
    const fd = openSync('/dev/tty', 'r');
    if (!isatty(fd)) return undefined;
    // A paused stream of our own still reads ahead, and would take what is typed into a shell: one for each question.
    return { fd, open: () => new ReadStream(openSync('/dev/tty', 'r')), close: (stream) => void stream.destroy() };
  } catch {
    return undefined; // no terminal: nobody can answer
  }
}

/** `performance` would load Node's tools for measuring, which takes a millisecond. */
function milliseconds(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1_000_000;
}

function world(fromStdin: boolean, openAdapter: () => Peer): World {
  // Undefined on a pipe, and picocolors takes undefined for a question to the environment, where CI means yes.
  const colour = Boolean(stderr.isTTY) && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  return {
    screen: {
      out: stderr,
      colors: createColors(colour),
      columns: () => stderr.columns ?? 80,
      now: milliseconds,
    },
    keyboard: keyboard(fromStdin),
    drawable: stderr.isTTY && env['TERM'] !== 'dumb',
    cwd: process.cwd(),
    env,
    openAdapter,
    onInterrupt: (listener) => {
      process.on('SIGINT', listener);
      return { [Symbol.dispose]: () => void process.off('SIGINT', listener) };
    },
  };
}

/** Carries out the command line; answers the exit code. */
export async function runTerminal(argv: readonly string[], openAdapter: () => Peer): Promise<number> {
  try {
    return await run(argv, openAdapter);
  } catch (error) {
    const known = error instanceof InputError;
    const text = known || !(error instanceof Error) ? String(known ? error.message : error) : error.stack;
    stderr.write(`${text ?? ''}\n`);
    return known ? 2 : 1;
  }
}

async function run(argv: readonly string[], openAdapter: () => Peer): Promise<number> {
  const command = parseCommandLine(argv);
  switch (command.kind) {
    case 'help':
      stdout.write(usage);
      return 0;
    case 'version':
      stdout.write(`dockerfile-debug ${version()}\n`);
      return 0;
    case 'wrong':
      stderr.write(`${command.text}\nSee "dockerfile-debug --help".\n`);
      return 2;
    case 'build': {
      const stop = new AbortController();
      for (const name of ['SIGTERM', 'SIGHUP'] as const) process.once(name, () => stop.abort());
      await using output = await redirectOutput(command.args, stdout, stdout.isTTY);
      const cwd = process.cwd();
      await using id = command.progress === 'quiet' ? await askForId(output.args, cwd) : undefined;
      const args = id?.args ?? output.args;
      await using input = command.definition === undefined ? await readInput(args, stdin, cwd) : noInput(args);
      const code = await runSession(command, input, world(input.fromStdin, openAdapter), { signal: stop.signal });
      if (code === 0) await output.deliver();
      if (code === 0 && id !== undefined && !output.taken) await tellId(id, command.args);
      return code;
    }
  }
}

async function tellId(id: ImageId, args: readonly string[]): Promise<void> {
  const text = await id.read();
  if (text !== '') stdout.write(`${text}\n`);
  else stderr.write(withoutImage(args));
}
