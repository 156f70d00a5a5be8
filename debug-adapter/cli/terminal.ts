/** Runs what the adapter wants to see in a terminal, in this very one. */
import { spawn } from 'node:child_process';
import { type Fields, fieldsOf, textOf, textsOf } from './fields.js';

/** Programs that hold the terminal; the prompt waits for them. */
export class Foreground {
  private running: Promise<void> = Promise.resolve();
  private count = 0;
  /** How many programs there have been. */
  started = 0;

  /**
   * @param stdin descriptor of the terminal: not that of a pipe a Dockerfile came through
   * @param say prints a line around a program: its title, and how it ended
   */
  constructor(
    private readonly stdin: number,
    private readonly say: (text: string) => void,
  ) {}

  /** A program holds the terminal now: Ctrl-C is meant for it. */
  get busy(): boolean {
    return this.count > 0;
  }

  /** Settles when the terminal is free. */
  get free(): Promise<void> {
    return this.running;
  }

  /** Answers `runInTerminal`: starts the program when the one before has ended. */
  async run(args: Fields): Promise<{ readonly processId: number }> {
    const [command = '', ...rest] = textsOf(args['args']);
    const cwd = textOf(args['cwd']);
    await this.running;
    this.say(`${textOf(args['title'], command)}: "exit" comes back here.`);
    const child = spawn(command, rest, {
      ...(cwd === '' ? {} : { cwd }),
      env: environment(args['env']),
      stdio: [this.stdin, 'inherit', 'inherit'],
    });
    this.count++;
    this.started++;
    this.running = new Promise((resolve) => {
      const over = (code: number | null): void => {
        this.count--;
        if (code !== null && code !== 0) this.say(`The shell ended with exit code ${code}.`);
        resolve();
      };
      child.once('close', over);
      child.once('error', () => over(null));
    });
    return await new Promise((resolve, reject) => {
      child.once('spawn', () => resolve({ processId: child.pid ?? 0 }));
      child.once('error', reject);
    });
  }
}

/** Ours, changed as asked; null removes a variable. */
function environment(changes: unknown): NodeJS.ProcessEnv {
  // The screen above the prompt is the user's.
  const env: NodeJS.ProcessEnv = { ...process.env, DOCKERFILE_DEBUG_KEEP_SCREEN: '1' };
  for (const [name, value] of Object.entries(fieldsOf(changes))) {
    if (value === null) delete env[name];
    else if (typeof value === 'string') env[name] = value;
  }
  return env;
}
