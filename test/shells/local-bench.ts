/** A bench on this machine: processes without containers. */
import { spawn } from 'node:child_process';
import type { Process } from '../../debug-adapter/buildkit/api.js';
import type { Bench } from '../../debug-adapter/debugger/containers/bench.js';
import { Queue } from '../../debug-adapter/buildkit/queue.js';

type Piece = { readonly fd: 1 | 2; readonly data: Uint8Array };

export function localBench(): Pick<Bench, 'start' | 'run'> {
  return {
    start: (request) => {
      const { args } = request({} as Parameters<typeof request>[0]);
      return Promise.resolve(localProcess(args));
    },
    run: async (command) => (await localProcess(['sh', '-c', command]).exit).code,
  };
}

/** A signal takes a process of its own, in milliseconds. */
const slowSignals = 100;

function localProcess([program = '', ...args]: readonly string[]): Process {
  const child = spawn(program, args, { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  const output = new Queue<Piece>();
  let open = 2;
  for (const [fd, stream] of [[1, child.stdout] as const, [2, child.stderr] as const]) {
    stream.on('data', (data: Uint8Array) => output.put({ fd, data }));
    stream.on('end', () => --open === 0 && output.end());
  }
  child.stdin.on('error', () => undefined);
  return {
    output,
    exit: new Promise((resolve) =>
      child.on('exit', (code, signal) => resolve({ code: code ?? (signal === null ? 255 : 137) })),
    ),
    write: (data) => new Promise((resolve) => child.stdin.write(data, () => resolve())),
    endInput: () => child.stdin.end(),
    resize: () => undefined,
    // The whole group, as the supervisor does it.
    signal: async (name) => {
      await new Promise((resolve) => setTimeout(resolve, slowSignals));
      if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid ?? 0), `SIG${name}`);
    },
  };
}
