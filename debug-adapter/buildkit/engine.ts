import { randomUUID } from 'node:crypto';
import { type Client, Metadata, status } from '@grpc/grpc-js';
import type { Abortable, BuildOptions, Build, Endpoint, Engine, Session, SessionOptions } from './api.js';
import { startBuild } from './build.js';
import { explainFailure } from './connect/failures.js';
import { ControlService } from './gen/control.js';
import type { Platform } from './gen/ops.js';
import type { WorkerRecord } from './gen/worker.js';
import { clientOn, hasCode, unary } from './rpc/calls.js';
import { DuplexChannel } from './rpc/channel.js';
import { notDialled, Redialled } from './rpc/redialled.js';
import { serveSession, sessionMethods } from './session/serve.js';
import { SessionStream } from './session-stream.js';

/** An engine on a busy machine may need a while for its first answer. */
const firstAnswerMs = 30_000;

/**
 * Connects to an engine and asks who it is.
 *
 * @throws UserError `engine-unreachable` or `engine-too-old`, saying what to do
 */
export async function connectEngine(endpoint: Endpoint, { signal }: Abortable = {}): Promise<Engine> {
  let channel: DuplexChannel | undefined;
  try {
    channel = await openChannel(endpoint, { signal });
    const control = clientOn(channel);
    const signals = [signal, AbortSignal.timeout(firstAnswerMs)];
    const [version, workers] = await Promise.all([
      unary(control, ControlService.info, {}, { signals }).catch(withoutInfo),
      unary(control, ControlService.listWorkers, { filter: [] }, { signals }),
    ]);
    return new BuildkitEngine(endpoint, channel, control, version?.buildkitVersion?.version, workers.record[0]);
  } catch (error) {
    channel?.close();
    throw signal?.aborted === true ? error : explainFailure(endpoint, (await lossOf(channel)) ?? error);
  }
}

async function openChannel(endpoint: Endpoint, options: Abortable): Promise<DuplexChannel> {
  return new DuplexChannel(await endpoint.dial(options), endpoint.authority);
}

/** What broke the connection says more than the error of the call on it. */
async function lossOf(channel: DuplexChannel | undefined): Promise<Error | undefined> {
  return await channel?.closed;
}

/** Engines before 0.11 do not tell their version. */
function withoutInfo(error: unknown): undefined {
  if (hasCode(error, status.UNIMPLEMENTED)) return undefined;
  throw error;
}

class BuildkitEngine implements Engine {
  readonly platforms: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly closed: Promise<Error | undefined>;
  private readonly gateway: Redialled;
  private readonly sessions = new Set<Session>();

  constructor(
    readonly endpoint: Endpoint,
    private readonly channel: DuplexChannel,
    private readonly control: Client,
    readonly version: string | undefined,
    worker: WorkerRecord | undefined,
  ) {
    this.platforms = [...new Set((worker?.platforms ?? []).map(platformText))];
    this.labels = worker?.Labels ?? {};
    this.closed = channel.closed;
    this.gateway = new Redialled((options) => openChannel(endpoint, options));
  }

  async openSession(options: SessionOptions): Promise<Session> {
    const transport = await this.endpoint.dial({}).catch((error: unknown) => {
      throw notDialled(error);
    });
    const channel = new DuplexChannel(transport, this.endpoint.authority, 'short');
    const id = randomUUID().replaceAll('-', '');
    const stream = new SessionStream(channel, sessionMetadata(id, options));
    const closed = new Promise<void>((resolve) => stream.once('close', resolve));
    stream.on('error', (error) => options.onWarning?.(`The session ended: ${error.message}`));
    const server = serveSession(stream, options);
    const close = async () => {
      await server.close();
      stream.destroy();
      channel.close();
    };
    try {
      await stream.opened;
    } catch (error) {
      await close();
      throw error;
    }
    const session = { id, closed, [Symbol.asyncDispose]: close };
    this.sessions.add(session);
    void closed.then(() => this.sessions.delete(session));
    return session;
  }

  async startBuild(options: BuildOptions): Promise<Build> {
    return await startBuild(this.control, this.gateway, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.sessions].map((session) => session[Symbol.asyncDispose]()));
    this.gateway[Symbol.dispose]();
    this.channel.close();
    await this.closed;
  }
}

/** Header values are ASCII; engines before 0.34 take an escaped key as it is, which names the content as well. */
function sessionMetadata(id: string, options: SessionOptions): Metadata {
  const metadata = new Metadata();
  metadata.set('x-docker-expose-session-uuid', id);
  if (/^[\x20-\x7e]*$/.test(options.sharedKey)) {
    metadata.set('x-docker-expose-session-sharedkey', options.sharedKey);
  } else {
    metadata.set('x-docker-expose-session-sharedkey', encodeURIComponent(options.sharedKey));
    metadata.set('x-docker-expose-session-sharedkey-encoded', '1');
  }
  for (const method of sessionMethods(options)) metadata.add('x-docker-expose-session-grpc-method', method);
  return metadata;
}

function platformText({ OS, Architecture, Variant }: Platform): string {
  return [OS, Architecture, Variant].filter((part) => part !== '').join('/');
}
