import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import type { Process, ProcessRequest } from './api.js';
import { EngineError, noDetails } from './errors.js';
import { ExecMessage, type ExitMessage, type FdMessage } from './gen/gateway.js';
import type { Meta, ProxyEnv } from './gen/ops.js';
import { Queue } from './queue.js';
import type { Conversation } from './rpc/converse.js';
import { Settlable } from './settlable.js';
import { takeTurns } from './turns.js';

/** Output that may wait unread; beyond it the process has to wait. */
const outputAhead = 4 * 1024 * 1024;
const inputPiece = 64 * 1024;
/** The exit may be told after the end when input was cut off. */
const lateExitMs = 1000;
const unknownExit = 255;
const killed = 128 + 9;

type Input = NonNullable<ExecMessage['Input']>;
interface Output {
  readonly fd: 1 | 2;
  readonly data: Uint8Array;
}
interface Outcome {
  readonly code: number;
  readonly error?: string;
}

/** Where a process runs, and what to do where signals are not known. */
export interface ProcessPlace {
  readonly containerId: string;
  readonly signals: boolean;
  kill(): void;
}

/** Starts one process on a conversation of its own: what goes wrong on a conversation ends all its processes. */
export async function startProcess(
  conversation: Conversation<ExecMessage, ExecMessage>,
  place: ProcessPlace,
  request: ProcessRequest,
): Promise<Process> {
  const process = new RunningProcess(conversation, place, request);
  await process.started;
  return process;
}

class RunningProcess implements Process {
  private readonly id = randomUUID().replaceAll('-', '');
  private readonly queue = new Queue<Output>(outputAhead);
  private readonly exited = new Settlable<Outcome>();
  private readonly begun = new Settlable<void>();
  private outcome: Outcome | undefined;
  private inputOpen: boolean;
  /** Of the terminal; undefined without one. */
  private size: ProcessRequest['size'];
  /** There was output. */
  private heard = false;
  readonly output: AsyncIterable<Output> = this.queue;
  readonly exit: Promise<Outcome> = this.exited.promise;
  /** Resolves when the engine has started it or says why not; rejects when there is no such container. */
  readonly started: Promise<void> = this.begun.promise;

  constructor(
    private readonly conversation: Conversation<ExecMessage, ExecMessage>,
    private readonly place: ProcessPlace,
    private readonly request: ProcessRequest,
  ) {
    this.inputOpen = request.stdin;
    if (request.tty) this.size = request.size;
    void this.run();
  }

  private async run(): Promise<void> {
    try {
      this.begin();
      const turn = takeTurns();
      for await (const { Input: input } of this.conversation.answers) {
        if (input !== undefined) await this.hear(input);
        await turn();
      }
      throw new EngineError('LLBBridge.ExecProcess', status.UNKNOWN, 'The process ended without a status.', noDetails);
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error));
      this.begun.reject(cause);
      this.exited.reject(cause);
      this.queue.end(this.outcome === undefined ? cause : undefined);
    }
  }

  private begin(): void {
    const { meta, tty, stdin, security, secretEnv } = this.request;
    const value = {
      ContainerID: this.place.containerId,
      Meta: withProxies(meta),
      Fds: stdin ? [0, 1, 2] : [1, 2],
      Tty: tty,
      Security: security,
      secretenv: [...secretEnv],
    };
    void this.send({ $case: 'Init', value });
  }

  private async hear(input: Input): Promise<void> {
    switch (input.$case) {
      case 'Started':
        if (this.size !== undefined) this.resize(this.size);
        return this.begun.resolve();
      case 'File':
        return await this.hearOutput(input.value);
      case 'Exit':
        return this.hearExit(input.value);
      case 'Done':
        if (this.outcome !== undefined) this.conversation.end();
        else setTimeout(() => this.conversation.end(), lateExitMs).unref();
        return this.queue.end();
      case 'Init':
      case 'Resize':
      case 'Signal':
        return;
    }
  }

  private async hearOutput({ Fd, Data }: FdMessage): Promise<void> {
    if ((Fd !== 1 && Fd !== 2) || Data.length === 0) return;
    // The first size may have come while runc did not listen yet; one that is known already changes nothing.
    if (!this.heard && this.size !== undefined) this.resize(this.size);
    this.heard = true;
    this.queue.put({ fd: Fd, data: Data }, Data.length);
    await this.queue.room();
  }

  private hearExit({ Code, Error: error }: ExitMessage): void {
    this.outcome = outcomeOf(Code, error?.message);
    this.begun.resolve();
    this.exited.resolve(this.outcome);
    // The engine says Done only to those who have closed the input.
    this.endInput();
  }

  async write(data: Uint8Array): Promise<void> {
    for (let at = 0; at < data.length && this.inputOpen; at += inputPiece) {
      const Data = data.subarray(at, at + inputPiece);
      await this.send({ $case: 'File', value: { Fd: 0, EOF: false, Data } });
    }
  }

  endInput(): void {
    if (!this.inputOpen) return;
    this.inputOpen = false;
    void this.send({ $case: 'File', value: { Fd: 0, EOF: true, Data: new Uint8Array() } });
  }

  resize({ rows, columns }: { readonly rows: number; readonly columns: number }): void {
    this.size = { rows, columns };
    if (this.outcome === undefined) void this.send({ $case: 'Resize', value: { Rows: rows, Cols: columns } });
  }

  async signal(name: string): Promise<void> {
    if (this.outcome !== undefined) return;
    if (this.place.signals) await this.send({ $case: 'Signal', value: { Name: name } });
    else if (name === 'INT' && this.request.tty) await this.write(Uint8Array.of(3));
    else if (name === 'KILL' || name === 'TERM') this.place.kill();
  }

  private async send(input: Input): Promise<void> {
    await this.conversation.send(ExecMessage.fromPartial({ ProcessID: this.id, Input: input }));
  }
}

/** Engines tell -1 for a process that was killed, as a number without sign or in words. */
function outcomeOf(code: number, message: string | undefined): Outcome {
  if (code > unknownExit || /did not terminate successfully: exit status -1/.test(message ?? ''))
    return { code: killed };
  const neverRan = code === unknownExit && message !== undefined && !/exit code: 255\b/.test(message);
  return neverRan ? { code, error: message } : { code };
}

/** Steps run with these in their environment; containers of the gateway leave it to us. */
function withProxies(meta: Meta): Meta {
  const { proxyEnv } = meta;
  if (proxyEnv === undefined) return meta;
  const env = proxyVariables.flatMap(([name, key]) => {
    const value = proxyEnv[key];
    return value === '' ? [] : [`${name}=${value}`, `${name.toLowerCase()}=${value}`];
  });
  return { ...meta, env: [...meta.env, ...env], proxyEnv: undefined };
}

const proxyVariables: readonly (readonly [string, keyof ProxyEnv])[] = [
  ['HTTP_PROXY', 'httpProxy'],
  ['HTTPS_PROXY', 'httpsProxy'],
  ['FTP_PROXY', 'ftpProxy'],
  ['NO_PROXY', 'noProxy'],
  ['ALL_PROXY', 'allProxy'],
];
