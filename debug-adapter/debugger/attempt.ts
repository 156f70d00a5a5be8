/** One build: its connection to the engine, its programs, and what the engine says about it while it lives. */
import { randomBytes } from 'node:crypto';
import type { Build, Engine, FrontendResult, Session, SessionOptions } from '../buildkit/api.js';
import { readLlb } from '../buildkit/llb.js';
import { takeTurns } from '../buildkit/turns.js';
import type { Dockerfile, Evaluation, Instruction } from '../dockerfile/model.js';
import { evaluate } from '../dockerfile/evaluate.js';
import { parseDockerfile } from '../dockerfile/parse.js';
import type { BuildSettings } from './api.js';
import { dockerfileInput } from './dockerfile-input.js';
import type { Taken } from './edits.js';
import { UserError } from './errors.js';
import { frontendRequest } from './frontend-options.js';
import { checkTarget } from './load.js';
import { createProgram, targetStage, type Program } from './program.js';
import { createToolbox, type Toolbox } from './toolbox.js';
import type { Timeline } from './timeline.js';
import { createTwins, type Twins } from './twins.js';

export interface Attempt extends AsyncDisposable {
  readonly build: Build;
  readonly result: FrontendResult;
  /** One per platform. */
  readonly programs: readonly Program[];
  readonly timeline: Timeline;
  readonly toolbox: Toolbox;
  /** The digest in the programs of a vertex that the engine names. */
  readonly ours: Twins['ours'];
  /** Ends it, and settles when the engine has forgotten it; disposing of it does not wait for that. */
  leave(): Promise<void>;
}

export interface AttemptInput {
  readonly engine: Engine;
  /**
   * What the engine may ask of us. Every attempt has a session of its own: the engine keys local folders by session,
   * and would take the files of the last build for those of this one.
   */
  readonly serves: SessionOptions;
  readonly settings: BuildSettings;
  readonly dockerfile: Dockerfile;
  readonly taken: Taken;
  /** Steps that are to run though the engine has their results. */
  readonly forces: (instruction: Instruction) => boolean;
  /** Has heard of nothing yet; takes what the engine says of this build. */
  readonly timeline: Timeline;
  readonly signal: AbortSignal;
}

/**
 * Registers a build and asks the frontend for its program; nothing runs yet. Session, build and question go out at once:
 * the engine has each wait for what it needs.
 */
export async function beginAttempt(input: AttemptInput): Promise<Attempt> {
  const id = randomBytes(16).toString('hex');
  const session = input.engine.openSession({ ...input.serves, id });
  try {
    return await beginOn(session, id, input);
  } catch (error) {
    // It may never come, and is not worth waiting for.
    session.then((open) => open[Symbol.asyncDispose]()).catch(() => undefined);
    throw error;
  }
}

async function beginOn(session: Promise<Session>, sessionId: string, input: AttemptInput): Promise<Attempt> {
  const { engine, settings, signal, timeline } = input;
  const { frontend, opts } = frontendRequest(settings, engine.endpoint);
  const build = engine.beginBuild({
    ref: randomBytes(16).toString('hex'),
    sessionId,
    frontendAttrs: opts,
    exporters: settings.exporters,
    cacheImports: settings.cacheImports,
    cacheExports: settings.cacheExports,
    entitlements: settings.entitlements,
    signal,
  });
  const twins = createTwins();
  const followed = follow(build, timeline, twins);
  const end = async (ended: Promise<void>): Promise<void> => {
    await ended;
    await followed;
    await (await session)[Symbol.asyncDispose]();
  };
  try {
    const request = { frontend, opts, inputs: dockerfileInput(input) };
    const asked = build.gateway.solveFrontend(request, { signal });
    const evaluations = createEvaluations(input);
    // The frontend takes longer to read the Dockerfile than we do.
    void engine.known.then(() => setImmediate(evaluations.prepare)).catch(() => undefined);
    const [result] = await Promise.all([asked, build.ready, session, engine.known]);
    const programs = makePrograms(input, result, evaluations);
    const toolbox = createToolbox(build.gateway, settings.toolbox, nativePlatform(engine));
    twins.own(programs.flatMap((program) => [...program.owners.keys()]));
    return {
      build,
      result,
      programs,
      timeline,
      toolbox,
      ours: twins.ours,
      leave: () => end(build.leave()),
      [Symbol.asyncDispose]: () => end(build.cancel()),
    };
  } catch (error) {
    await build.cancel();
    await followed;
    throw error;
  }
}

/** Reads the status stream to its end; an error of the stream is that of the build, which `done` tells. */
async function follow(build: Build, timeline: Timeline, twins: Twins): Promise<void> {
  try {
    const turn = takeTurns();
    for await (const update of build.status) {
      timeline.advance(twins.translate(update));
      await turn();
    }
  } catch {
    await build.done.catch(() => undefined);
  } finally {
    timeline.flush();
  }
}

function nativePlatform({ platforms }: Engine): string {
  return platforms[0] ?? 'linux/amd64';
}

/** In a remote context only the engine has the Dockerfile; its source map brings the text. */
function dockerfileOf({ settings, dockerfile }: AttemptInput, result: FrontendResult): Dockerfile {
  if (settings.dockerfileIsLocal) return dockerfile;
  const [first] = result.refs.values();
  const source = first?.definition.Source?.infos.find((info) => info.data.length > 0);
  const text = parseDockerfile(new TextDecoder().decode(source?.data));
  checkTarget(text, settings);
  return text;
}

/** What the Dockerfile means on each platform. */
interface Evaluations {
  /** Makes those that will be wanted, as far as can be told before the frontend has answered. */
  readonly prepare: () => void;
  of(dockerfile: Dockerfile, platform: string): Evaluation;
}

function createEvaluations({ engine, settings, dockerfile: read }: AttemptInput): Evaluations {
  const { buildArgs, target = '' } = settings;
  const made = new Map<string, Evaluation>();
  const make = (dockerfile: Dockerfile, targetPlatform: string): Evaluation => {
    const buildPlatform = nativePlatform(engine);
    return evaluate({ dockerfile, buildArgs, targetPlatform, buildPlatform, target, baseConfig: () => undefined });
  };
  return {
    prepare() {
      if (!settings.dockerfileIsLocal) return;
      const platforms = settings.platforms.length === 0 ? [nativePlatform(engine)] : settings.platforms;
      for (const platform of platforms) if (!made.has(platform)) made.set(platform, make(read, platform));
    },
    of(dockerfile, platform) {
      const ready = dockerfile === read ? made.get(platform) : undefined;
      return ready ?? make(dockerfile, platform);
    },
  };
}

function makePrograms(input: AttemptInput, result: FrontendResult, evaluations: Evaluations): readonly Program[] {
  const { engine, settings } = input;
  const dockerfile = dockerfileOf(input, result);
  const native = nativePlatform(engine);
  const target = targetStage(dockerfile, settings.target);
  if (target === undefined)
    throw new UserError('no-stage', 'The Dockerfile has no stage to build.', 'Begin it with FROM.');
  return inOrder([...result.refs], settings.platforms).map(([id, { id: ref, definition }]) => {
    const platform = id !== '' ? id : (settings.platforms[0] ?? native);
    const evaluation = evaluations.of(dockerfile, platform);
    const replaced = replacedStages(settings);
    return createProgram({
      platform,
      dockerfile,
      target,
      evaluation,
      llb: readLlb(definition),
      ref,
      replaced,
      forces: input.forces,
    });
  });
}

/** Platforms come in any order; they are shown as they were asked for. */
function inOrder<T>(
  refs: readonly (readonly [string, T])[],
  platforms: readonly string[],
): readonly (readonly [string, T])[] {
  const rank = (id: string): number => {
    const at = platforms.findIndex((platform) => platform === id || id.startsWith(`${platform}/`));
    return at < 0 ? platforms.length : at;
  };
  return [...refs].sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** Named contexts stand in for stages of the same name: `context:NAME[::platform]`. */
function replacedStages(settings: BuildSettings): ReadonlySet<string> {
  const names = Object.keys(settings.frontendAttrs).filter((key) => key.startsWith('context:'));
  return new Set(names.map((key) => (key.slice('context:'.length).split('::', 1)[0] ?? '').toLowerCase()));
}
