import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { SshSource } from '../../api.js';
import { systemCode } from '../../system-code.js';

/** Sockets of the agents that the user named; private agents are started when first asked for. */
export interface Agents {
  /** Undefined for an id that the user did not name. */
  socket(id: string): Promise<string | undefined>;
  /** Ends what was started. */
  close(): Promise<void>;
}

/** Ends what was started; called in reverse order. */
type Cleanup = () => unknown;

export function openAgents(sources: readonly SshSource[]): Agents {
  const started: Cleanup[] = [];
  const sockets = new Map<string, Promise<string>>();
  return {
    socket: async (id) => {
      const source = sources.find((known) => known.id === id);
      if (source === undefined) return undefined;
      const known = sockets.get(id);
      if (known !== undefined) return await known;
      const opening = openAgent(source, started);
      sockets.set(id, opening);
      // What failed may succeed the next time, e.g. when the user has started an agent.
      opening.catch(() => sockets.delete(id));
      return await opening;
    },
    close: async () => {
      for (let end = started.pop(); end !== undefined; end = started.pop()) await end();
    },
  };
}

async function openAgent(source: SshSource, started: Cleanup[]): Promise<string> {
  const [first] = source.paths;
  if (first === undefined) return userAgent();
  if (source.paths.length === 1 && (await isSocket(first))) return first;
  return await startAgent(source.paths, started);
}

function userAgent(): string {
  const socket = process.env['SSH_AUTH_SOCK'];
  if (socket !== undefined && socket !== '') return socket;
  if (process.platform === 'win32') return '\\\\.\\pipe\\openssh-ssh-agent';
  throw new Error('SSH_AUTH_SOCK is not set: start an SSH agent, or name a key file.');
}

async function isSocket(path: string): Promise<boolean> {
  if (path.startsWith('\\\\.\\pipe\\')) return true;
  try {
    return (await stat(path)).isSocket();
  } catch (error) {
    throw new Error(
      `The SSH key or socket ${path} cannot be used: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/**
 * An agent of our own that knows the given keys. It ends with the session, and also when this process is killed: it
 * belongs to a command that only waits for the end of its input.
 */
async function startAgent(keys: readonly string[], started: Cleanup[]): Promise<string> {
  // mkdtemp makes a folder that only this user may enter.
  const folder = await mkdtemp(join(tmpdir(), 'dockerfile-debugger-'));
  started.push(() => rm(folder, { recursive: true, force: true }));
  const socket = join(folder, 'agent');
  const command = ['sh', '-c', 'echo "$SSH_AGENT_PID"; exec cat'];
  const waiting = spawn('ssh-agent', ['-a', socket, ...command], { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
  waiting.stdin.on('error', () => undefined);
  const ended = endOf(waiting, 'ssh-agent');
  started.push(async () => {
    waiting.stdin.end();
    await ended;
  });
  const pid = await Promise.race([firstLine(waiting.stdout), ended]);
  if (typeof pid !== 'string') throw new Error(`An SSH agent cannot be started: ${pid.text}`);
  started.push(() => endProcess(Number(pid)));
  await addKeys(socket, keys);
  return socket;
}

async function firstLine(output: Readable): Promise<string> {
  for await (const line of createInterface({ input: output })) return line;
  return await new Promise(() => undefined);
}

function endProcess(pid: number): void {
  try {
    process.kill(pid);
  } catch (error) {
    // It may have ended by itself.
    if (systemCode(error) !== 'ESRCH') throw error;
  }
}

async function addKeys(socket: string, keys: readonly string[]): Promise<void> {
  // Nobody is there to be asked for a passphrase.
  const env = { ...process.env, SSH_AUTH_SOCK: socket, SSH_ASKPASS_REQUIRE: 'never' };
  const add = spawn('ssh-add', ['--', ...keys], { env, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  let output = '';
  add.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const end = await endOf(add, 'ssh-add');
  if (end.code === 0) return;
  const why = output.trim().split('\n').at(-1) ?? end.text;
  throw new Error(
    `The SSH key ${keys.join(', ')} cannot be used: ${why || end.text}. A key with a passphrase has to be in your own agent.`,
  );
}

interface End {
  readonly code: number;
  readonly text: string;
}

function endOf(child: ChildProcess, name: string): Promise<End> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: -1, text: error.message }));
    child.once('close', (code) => resolve({ code: code ?? -1, text: `${name} ended with ${code ?? 'a signal'}` }));
  });
}
