import { status } from '@grpc/grpc-js';
import type { Build, BuildOptions, Exporter, FrontendResult } from './api.js';
import { EngineError, noDetails } from './errors.js';
import { MatchType, type Policy, PolicyAction } from './gen/sourcepolicy.js';
import { BuildGateway, toResult } from './gateway.js';
import { type CacheOptions, ControlService, type SolveRequest, type StatusResponse } from './gen/control.js';
import { Queue } from './queue.js';
import { Verdicts } from './verdicts.js';
import { serverStream, unary } from './rpc/calls.js';
import type { DuplexChannel } from './rpc/channel.js';
import { cacheEntry } from './session/content/store-id.js';

/** How long progress may stay silent after the build is over before nothing more is expected. */
const quietMs = 5000;
/** The same for a build of which nothing was said yet: one that is refused at once has no progress to wait for. */
const refusedMs = 300;

/** How long an engine may take to end a build on which nothing runs. */
const leaveMs = 3000;

type Responses = Readonly<Record<string, string>>;

/** Starts a build. */
export function beginBuild(channel: DuplexChannel, options: BuildOptions): Build {
  return new RunningBuild(channel, options);
}

class RunningBuild implements Build {
  readonly ref: string;
  readonly done: Promise<Responses>;
  readonly status: AsyncIterable<StatusResponse>;
  /** Aborts what the engine does; its reason becomes the error of `done`. */
  private readonly stop = new AbortController();
  /** Aborted when the build is over, with what its gateway calls then give. */
  private readonly over = new AbortController();
  private readonly verdicts = new Verdicts();
  readonly gateway: BuildGateway;
  readonly ready: Promise<void>;
  private returned = false;
  private readonly exportsNothing: boolean;
  private progressEnded: () => void = () => undefined;
  /** Settles when the engine has nothing more to tell of the build; never when its progress is cut off. */
  private readonly told = new Promise<void>((resolve) => (this.progressEnded = resolve));

  constructor(channel: DuplexChannel, options: BuildOptions) {
    this.ref = options.ref;
    const { signal } = options;
    const abort = () => this.stop.abort(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted === true) abort();
    const solved = unary(channel, ControlService.solve, solveRequest(options), { signals: [this.stop.signal] });
    this.done = solved.then(
      ({ ExporterResponse }) => {
        this.end(new EngineError('Control.Solve', status.NOT_FOUND, 'The build is over.', noDetails));
        return ExporterResponse;
      },
      (error: unknown) => {
        const cause = error instanceof Error ? error : new Error(String(error));
        this.end(cause);
        throw cause;
      },
    );
    this.done.catch(() => undefined).finally(() => signal?.removeEventListener('abort', abort));
    this.exportsNothing = exportersOf(options).length === 0 && options.cacheExports.length === 0;
    this.status = followStatus(channel, options.ref, this.over.signal, {
      note: (update) => this.verdicts.note(update),
      ended: () => this.progressEnded(),
    });
    const { ref, cacheImports } = options;
    const culprit = async (message: string) => await this.verdicts.find(message);
    this.gateway = new BuildGateway({ ref, channel, over: this.over.signal, cacheImports, culprit });
    this.ready = this.gateway.ready;
  }

  private end(reason: Error): void {
    this.over.abort(reason);
  }

  async finish(result: FrontendResult): Promise<Responses> {
    this.returned = true;
    try {
      await this.gateway.return(toResult(result));
    } catch (error) {
      // The build may be over before the call that ended it is answered.
      if (!this.over.signal.aborted) throw error;
    }
    if (!this.exportsNothing) return await this.done;
    // Then comes the engine's record for its history, which takes longer than many a build. It is written all the same:
    // https://github.com/moby/buildkit/blob/v0.26.0/solver/llbsolver/solver.go#L567
    const nothing: Responses = {};
    return await Promise.race([this.done, this.told.then(() => (this.verdicts.none ? nothing : this.done))]);
  }

  async cancel(reason = 'The build was cancelled.'): Promise<void> {
    this.stop.abort(new EngineError('Control.Solve', status.CANCELLED, reason, noDetails));
    await this.done.catch(() => undefined);
  }

  /** Cancelled, the call would be over here before it is in the engine; returned, it is answered last of all. */
  async leave(): Promise<void> {
    // What exports has returned, and can only be cancelled.
    if (this.returned) return await this.cancel();
    const late = setTimeout(() => void this.cancel(), leaveMs);
    try {
      await this.gateway.returnError('The build was left.');
      await this.done;
    } catch {
      // That is how it ends.
    } finally {
      clearTimeout(late);
      await this.cancel();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cancel();
  }
}

/** Frontend and definition are left out: that is what makes the engine wait for gateway calls. */
function solveRequest(options: BuildOptions): SolveRequest {
  const exporters = exportersOf(options);
  const [first] = exporters;
  return {
    Ref: options.ref,
    Session: options.sessionId,
    Definition: undefined,
    Frontend: '',
    FrontendAttrs: { ...options.frontendAttrs },
    FrontendInputs: {},
    // Engines before 0.13 know one exporter and only these two fields.
    ExporterDeprecated: first?.type ?? '',
    ExporterAttrsDeprecated: { ...first?.attrs },
    Exporters: exporters.map(entry),
    EnableSessionExporter: false,
    Cache: cacheOptions(options),
    Entitlements: [...options.entitlements],
    Internal: false,
    SourcePolicy: sourcePolicy(options),
    SourcePolicySession: '',
    CompatibilityVersion: 0n,
    ProxyNetwork: false,
  };
}

/** Whoever names the one image gets the other. */
function sourcePolicy({ pins }: BuildOptions): Policy | undefined {
  if (pins === undefined || pins.size === 0) return undefined;
  const identifier = (name: string): string => `docker-image://${name}`;
  const rules = [...pins].map(([from, to]) => ({
    action: PolicyAction.CONVERT,
    selector: { identifier: identifier(from), matchType: MatchType.EXACT },
    updates: { identifier: identifier(to) },
  }));
  return { version: 1n, rules };
}

function cacheOptions({ cacheExports, cacheImports }: BuildOptions): CacheOptions {
  return {
    Exports: cacheExports.map(cacheEntry),
    Imports: cacheImports.map(cacheEntry),
    ExportRefDeprecated: '',
    ImportRefsDeprecated: [],
    ExportAttrsDeprecated: {},
  };
}

/** What engines know; to export nothing is to have none. */
function exportersOf({ exporters }: BuildOptions): readonly Exporter[] {
  return exporters.filter(({ type }) => type !== 'cacheonly');
}

function entry({ type, attrs }: Exporter) {
  return { Type: type, Attrs: { ...attrs } };
}

/** Reads progress at once, also when nobody iterates yet: an engine stalls when its stream is not read. */
function followStatus(
  channel: DuplexChannel,
  ref: string,
  over: AbortSignal,
  { note, ended }: { readonly note: (update: StatusResponse) => void; readonly ended: () => void },
): AsyncIterable<StatusResponse> {
  const queue = new Queue<StatusResponse>();
  const quiet = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let begun = false;
  const wait = () => {
    clearTimeout(timer);
    if (over.aborted) timer = setTimeout(() => quiet.abort(new Error('silent')), begun ? quietMs : refusedMs);
  };
  over.addEventListener('abort', wait, { once: true });
  const follow = async () => {
    try {
      for await (const update of serverStream(
        channel,
        ControlService.status,
        { Ref: ref },
        { signals: [quiet.signal] },
      )) {
        begun = true;
        wait();
        note(update);
        queue.put(update);
      }
      ended();
    } catch {
      // What went wrong is told by `done`; progress just ends.
    } finally {
      clearTimeout(timer);
      over.removeEventListener('abort', wait);
      queue.end();
    }
  };
  // After the question that the build is about: the engine can begin with it meanwhile.
  setImmediate(() => void follow());
  return queue;
}
