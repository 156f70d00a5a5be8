import type { Duplex } from 'node:stream';
import { status } from '@grpc/grpc-js';
import type { Abortable, BuildOptions, Build, Endpoint, Engine, Session, SessionOptions } from './api.js';
import { beginBuild } from './build.js';
import { explainFailure } from './connect/failures.js';
import { EngineError, noDetails, UserError } from './errors.js';
import { ControlService } from './gen/control.js';
import type { Platform } from './gen/ops.js';
import type { Header } from './http2/header-decoder.js';
import { hasCode, unary } from './rpc/calls.js';
import { DuplexChannel } from './rpc/channel.js';
import { randomId } from './random-id.js';
import { methodPaths } from './session/method-paths.js';
import { serveSession } from './session/serve.js';
import { SessionTunnel } from './session/tunnel.js';
import type { Trace } from './trace.js';

export interface EngineOptions extends Abortable {
  /** Told of every call in both directions. */
  readonly trace?: Trace | undefined;
}

/** An engine on a busy machine may need a while for its first answer. */
const firstAnswerMs = 30_000;

/**
 * Connects to an engine, without asking it anything.
 *
 * @throws UserError `engine-unreachable` or `engine-too-old`, saying what to do; `known` rejects with the same
 */
export async function openEngine(endpoint: Endpoint, { signal, trace }: EngineOptions = {}): Promise<Engine> {
  const control = endpoint.dial({ signal });
  // The first session will want a connection of its own, but the question that the build is about goes out first.
  const spare = control.then(() => soon()).then(() => endpoint.dial({ signal }));
  spare.then((stream) => stream.on('error', () => undefined)).catch(() => undefined);
  try {
    const channel = new DuplexChannel(await control, endpoint.authority, trace);
    return new BuildkitEngine(endpoint, channel, spare, { signal, trace });
  } catch (error) {
    hangUp(spare);
    throw signal?.aborted === true ? error : explainFailure(endpoint, error);
  }
}

/** What is to be written is written before. */
function soon(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

/** Closes what was dialled and is not needed. */
function hangUp(spare: Promise<Duplex> | undefined): void {
  spare?.then((stream) => stream.destroy()).catch(() => undefined);
}

/** Connects to an engine and waits until it has said who it is. */
export async function connectEngine(endpoint: Endpoint, options: Abortable = {}): Promise<Engine> {
  const engine = await openEngine(endpoint, options);
  await engine.known;
  return engine;
}

/** Engines before 0.11 do not tell their version. */
function withoutInfo(error: unknown): undefined {
  if (hasCode(error, status.UNIMPLEMENTED)) return undefined;
  throw error;
}

class BuildkitEngine implements Engine {
  version: string | undefined;
  platforms: readonly string[] = [];
  labels: Readonly<Record<string, string>> = {};
  readonly closed: Promise<Error | undefined>;
  private readonly sessions = new Set<Session>();
  private answer: Promise<void> | undefined;

  constructor(
    readonly endpoint: Endpoint,
    private readonly channel: DuplexChannel,
    private spare: Promise<Duplex> | undefined,
    private readonly options: EngineOptions,
  ) {
    this.closed = channel.closed;
  }

  get known(): Promise<void> {
    this.answer ??= this.ask(this.options.signal);
    this.answer.catch(() => undefined);
    return this.answer;
  }

  /** The connection that was dialled ahead, once. Should it break before that, another one is dialled. */
  private async transport(): Promise<Duplex> {
    const { spare } = this;
    this.spare = undefined;
    const ready = await spare?.catch(() => undefined);
    return ready === undefined || ready.destroyed ? await this.endpoint.dial({}) : ready;
  }

  private async ask(signal: AbortSignal | undefined): Promise<void> {
    const { channel } = this;
    const signals = [signal, AbortSignal.timeout(firstAnswerMs)];
    try {
      const [version, workers] = await Promise.all([
        unary(channel, ControlService.info, {}, { signals }).catch(withoutInfo),
        unary(channel, ControlService.listWorkers, { filter: [] }, { signals }),
      ]);
      this.version = version?.buildkitVersion?.version;
      this.platforms = [...new Set((workers.record[0]?.platforms ?? []).map(platformText))];
      this.labels = workers.record[0]?.Labels ?? {};
    } catch (error) {
      channel.close();
      // What broke the connection says more than the error of the call on it.
      throw signal?.aborted === true ? error : explainFailure(this.endpoint, (await channel.closed) ?? error);
    }
  }

  async openSession(options: SessionOptions): Promise<Session> {
    const transport = await this.transport().catch((error: unknown) => {
      throw notDialled(error);
    });
    const { id = randomId() } = options;
    const tunnel = new SessionTunnel(transport, this.endpoint.authority, sessionHeaders(id, options));
    const closed = new Promise<void>((resolve) => tunnel.once('close', resolve));
    tunnel.on('error', (error) => options.onWarning?.(`The session ended: ${error.message}`));
    const server = serveSession(tunnel, options, this.options.trace);
    const close = async () => {
      await server.close();
      tunnel.destroy();
    };
    const session = { id, closed, [Symbol.asyncDispose]: close };
    this.sessions.add(session);
    void closed.then(() => this.sessions.delete(session));
    try {
      await tunnel.opened;
    } catch (error) {
      await close();
      throw error;
    }
    return session;
  }

  async startBuild(options: BuildOptions): Promise<Build> {
    const build = this.beginBuild(options);
    try {
      await build.ready;
      return build;
    } catch (error) {
      await build.cancel();
      throw error;
    }
  }

  beginBuild(options: BuildOptions): Build {
    return beginBuild(this.channel, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.sessions].map((session) => session[Symbol.asyncDispose]()));
    hangUp(this.spare);
    this.channel.close();
    await this.closed;
  }
}

/** Header values are ASCII; engines before 0.34 take an escaped key as it is, which names the content as well. */
function sessionHeaders(id: string, options: SessionOptions): Header[] {
  const plain = /^[\x20-\x7e]*$/.test(options.sharedKey);
  return [
    ['x-docker-expose-session-uuid', id],
    ['x-docker-expose-session-sharedkey', plain ? options.sharedKey : encodeURIComponent(options.sharedKey)],
    ...(plain ? [] : [['x-docker-expose-session-sharedkey-encoded', '1'] as const]),
    ...methodPaths(options).map((method) => ['x-docker-expose-session-grpc-method', method] as const),
  ];
}

/** The error of a connection that cannot be made again, as calls on it would give it. */
function notDialled(error: unknown): Error {
  if (error instanceof UserError || error instanceof EngineError) return error;
  const text = `The engine cannot be reached any more: ${error instanceof Error ? error.message : String(error)}`;
  return new EngineError('dial', status.UNAVAILABLE, text, noDetails, { cause: error });
}

function platformText({ OS, Architecture, Variant }: Platform): string {
  return [OS, Architecture, Variant].filter((part) => part !== '').join('/');
}
