/** The terminal debugger in a terminal, or without one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { adapterPath, Tmux, Workspace, type Files } from '../support/dap/index.js';
import { engineAddress } from '../support/environment/engines.js';

/** The shipped program. */
export const cli = join(dirname(adapterPath()), 'cli.js');

/** The prompt is the last thing on the screen. */
export const prompt = /\[[^\]\n]*\]\$$/;

export interface Terminal extends AsyncDisposable {
  readonly tmux: Tmux;
  readonly workspace: Workspace;
  /** Types a line at the prompt; gives what appeared between it and the next prompt. */
  run(line: string): Promise<string>;
  /** Waits for the prompt. */
  ready(): Promise<string>;
}

/** Starts `dockerfile-debug build …` in a terminal of 100 × 40; `input` is a file that comes through standard input. */
export async function openTerminal(
  files: Files,
  args: readonly string[] = ['.'],
  options: { readonly input?: string } = {},
): Promise<Terminal> {
  const workspace = new Workspace(files);
  const env = { BUILDKIT_HOST: engineAddress('buildkitd'), NO_COLOR: '1', DOCKER_CONFIG: workspace.root };
  const redirect = options.input === undefined ? [] : ['sh', '-c', `exec "$@" < ${options.input}`, 'sh'];
  const argv = [...redirect, process.execPath, cli, 'build', ...args];
  const tmux = await Tmux.start(argv, { cwd: workspace.root, env, columns: 100, rows: 40 });
  return {
    tmux,
    workspace,
    ready: () => tmux.seen(prompt, 60_000),
    run: async (line) => {
      const before = await tmux.seen(prompt);
      tmux.type(`${line}\r`);
      // Between the prompt, whose last blank the screen does not keep, and its answer is the line itself.
      const from = before.length + 1 + line.length;
      const over = (screen: string): boolean => screen.length > from && prompt.test(screen);
      const screen = await tmux.until(over, `the prompt after ${line}`, 60_000);
      return screen.slice(from).trim();
    },
    async [Symbol.asyncDispose]() {
      await tmux[Symbol.asyncDispose]();
      workspace[Symbol.dispose]();
    },
  };
}

/** What a program without a terminal left behind. */
export interface Finished {
  readonly code: number | null;
  /** Byte for byte: as latin1. */
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `dockerfile-debug` on pipes. */
export async function runPiped(
  cwd: string,
  args: readonly string[],
  options: { readonly input?: string | Uint8Array; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Finished> {
  const env = { ...process.env, BUILDKIT_HOST: engineAddress('buildkitd'), DOCKER_CONFIG: cwd, ...options.env };
  const child = spawn(process.execPath, [cli, ...args], { cwd, env, stdio: 'pipe' });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('latin1')));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.end(options.input);
  await once(child, 'close');
  return { code: child.exitCode, stdout, stderr };
}
