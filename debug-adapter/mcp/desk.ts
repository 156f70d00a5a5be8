/** The one build of a server: a new one replaces it. */
import type { Peer } from '../cli/adapter.js';
import type { Breakpoints } from '../cli/breakpoints.js';
import type { Defaults } from './command-line.js';
import { Build } from './build.js';
import type { Order, StopKind } from './order.js';
import { ToolError } from './tool-error.js';

/** Breakpoints and kinds of stops that a build begins with. */
export interface Stops {
  readonly breakpoints: Breakpoints;
  readonly stopOn: readonly StopKind[];
}

export class Desk implements AsyncDisposable {
  private current: Build | undefined;
  /** One build is started after the other, whoever asks. */
  private starting: Promise<unknown> = Promise.resolve();

  /**
   * @param cwd folder that relative paths start from
   * @param defaults for builds that say nothing else
   */
  constructor(
    private readonly openAdapter: () => Peer,
    readonly cwd: string,
    readonly defaults: Defaults,
  ) {}

  /** The build that was started last, whatever has become of it. */
  get build(): Build {
    if (this.current !== undefined) return this.current;
    throw new ToolError('No build was started yet. Call build_start first.');
  }

  get hasBuild(): boolean {
    return this.current !== undefined;
  }

  /** Ends the last build, and starts another one. */
  start(order: Order, { breakpoints, stopOn }: Stops): Promise<Build> {
    const started = this.starting.then(async () => {
      await this[Symbol.asyncDispose]();
      return (this.current = new Build(this.openAdapter(), order, breakpoints, stopOn));
    });
    this.starting = started.catch(() => undefined);
    return started;
  }

  /** Starts the last build again, with what it was started with and the breakpoints that there are now. */
  async startAgain(buildArgs: Readonly<Record<string, string>> = {}): Promise<Build> {
    const { order, breakpoints, stopOn } = this.build;
    const launch = { ...order.launch, buildArgs: { ...order.launch.buildArgs, ...buildArgs } };
    return await this.start({ ...order, launch }, { breakpoints, stopOn });
  }

  /** Ends the build that there is. It stays known, for its log. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.current?.[Symbol.asyncDispose]();
  }
}
