/** One build: its connection to the engine, its programs, and what the engine says about it while it lives. */
import type {
  Build,
  BuildOptions,
  Engine,
  FrontendResult,
  Gateway,
  Session,
  SessionOptions,
} from '../../buildkit/api.js';
import { setTimeout as wait } from 'node:timers/promises';
import { randomId } from '../../buildkit/random-id.js';
import { takeTurns } from '../../buildkit/turns.js';
import type { StatusResponse } from '../../buildkit/gen/control.js';
import type { Dockerfile, Instruction } from '../../dockerfile/model.js';
import type { BuildSettings } from '../api.js';
import { dockerfileInput } from '../sources/dockerfile-input.js';
import type { Taken } from '../sources/edits.js';
import { frontendRequest } from '../sources/frontend-options.js';
import type { LinkedInputs, Links } from './linked.js';
import { beginHeadStart, type HeadStart } from './head-start.js';
import { loadAnswered } from '../load-answered.js';
import { createLull } from '../progress/lull.js';
import { nativePlatform } from '../common/native-platform.js';
import type { Program } from '../program/program.js';
import type { Toolbox } from '../containers/toolbox.js';
import type { Timeline } from '../progress/timeline.js';
import { createTwins, type Twins } from '../progress/twins.js';

/**
 * By then the engine has asked what it has to ask before it works on a long Dockerfile, such as the credentials of a
 * registry, in milliseconds. What takes longer here waits for that.
 */
const firstWordsMs = 30;

/** In characters: parsing a longer one takes time. */
const longText = 16 * 1024;

/** By then it has told who it is, and knows the session: it waits for both, while reading our own code takes as long. */
const firstAnswersMs = 5;

/**
 * By then the frontend has answered for most Dockerfiles whose images the engine has, in milliseconds. Where everything
 * runs then, its answer should not wait until our own code is read: that can be done while the steps run.
 */
const quickAnswerMs = 30;

export interface Attempt extends AsyncDisposable {
  readonly build: Build;
  readonly result: FrontendResult;
  /** One per platform. */
  readonly programs: readonly Program[];
  readonly timeline: Timeline;
  readonly headStart: HeadStart;
  readonly toolbox: Toolbox;
  /** What the frontend warned of has been told, as far as one can know. */
  readonly warned: () => Promise<void>;
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
  /** Builds that this one takes from. */
  readonly links: Links;
  readonly dockerfile: Dockerfile;
  readonly taken: Taken;
  /** As `Sources` has it. */
  readonly check: () => void;
  /** Steps that are to run though the engine has their results. */
  readonly forces: (instruction: Instruction) => boolean;
  /** Whether everything can run at once, asked when the frontend has answered. */
  readonly runsThrough: () => boolean;
  /** Has heard of nothing yet; takes what the engine says of this build. */
  readonly timeline: Timeline;
  readonly signal: AbortSignal;
}

/**
 * Registers a build and asks the frontend for its program; nothing runs yet. Session, build and question go out at once:
 * the engine has each wait for what it needs.
 */
export async function beginAttempt(input: AttemptInput): Promise<Attempt> {
  const id = randomId();
  const session = input.engine.openSession({ ...input.serves, id });
  try {
    return await beginOn(session, id, input);
  } catch (error) {
    // It may never come, and is not worth waiting for.
    session.then((open) => open[Symbol.asyncDispose]()).catch(() => undefined);
    throw error;
  }
}

function buildOptions(
  { settings, signal }: AttemptInput,
  sessionId: string,
  frontendAttrs: BuildOptions['frontendAttrs'],
): BuildOptions {
  const { exporters, cacheImports, cacheExports, entitlements, pins } = settings;
  return {
    ref: randomId(),
    sessionId,
    frontendAttrs,
    exporters,
    cacheImports,
    cacheExports,
    entitlements,
    pins,
    signal,
  };
}

async function beginOn(session: Promise<Session>, sessionId: string, input: AttemptInput): Promise<Attempt> {
  const { engine, settings, signal, timeline } = input;
  const { frontend, opts } = frontendRequest(settings, engine.endpoint);
  const build = engine.beginBuild(buildOptions(input, sessionId, opts));
  const request = { frontend, opts, inputs: dockerfileInput(input) };
  const linked = input.links.size === 0 ? undefined : linksOf(input, build.gateway);
  const asked = ask(request, linked, build.gateway, signal).then((result) => beginWith(result, input, build));
  const quiet = wait(input.dockerfile.text.length > longText ? firstWordsMs : firstAnswersMs);
  const twins = createTwins();
  const loaded = loadAndEvaluate(input, quiet, asked);
  const { followed, warned } = follow(build, timeline, twins, loaded);
  const end = async (ended: Promise<void>): Promise<void> => {
    await ended;
    await followed;
    await (await linked?.catch(() => undefined))?.[Symbol.asyncDispose]();
    await (await session)[Symbol.asyncDispose]();
  };
  try {
    const ready = Promise.all([build.ready, session, engine.known, quiet]).then(() => input.check());
    const [{ result, headStart }, late] = await Promise.all([asked, loaded, ready]);
    const programs = late.makePrograms(input, result, late.evaluations, (await linked)?.vertices);
    const toolbox = late.createToolbox(build.gateway, settings.toolbox, nativePlatform(engine));
    twins.own(programs.flatMap((program) => [...program.owners.keys()]));
    return {
      build,
      result,
      programs,
      timeline,
      headStart,
      toolbox,
      warned,
      ours: twins.ours,
      leave: () => end(build.leave()),
      [Symbol.asyncDispose]: () => end(build.cancel()),
    };
  } catch (error) {
    await end(build.cancel());
    // What is wrong with a long text says more than the engine, which may have been sooner.
    if (!signal.aborted) input.check();
    throw error;
  }
}

/** Read where there is something to link, which is seldom. */
async function linksOf({ links, engine, signal }: AttemptInput, gateway: Gateway): Promise<LinkedInputs> {
  const { askForLinks } = await import('./linked.js');
  return await askForLinks(links, { engine, gateway, signal });
}

/** At once, where nothing else has to be asked first. */
async function ask(
  request: Parameters<Gateway['solveFrontend']>[0],
  linked: Promise<LinkedInputs> | undefined,
  gateway: Gateway,
  signal: AbortSignal,
): Promise<FrontendResult> {
  if (linked === undefined) return await gateway.solveFrontend(request, { signal });
  const [{ opts, inputs }, { withoutLinks }] = await Promise.all([linked, import('./linked.js')]);
  return await gateway.solveFrontend(
    { ...request, opts: { ...withoutLinks(request.opts), ...opts }, inputs: { ...request.inputs, ...inputs } },
    { signal },
  );
}

/** Lets the engine go on with what the frontend has answered, where nothing can stop it. */
async function beginWith(
  result: FrontendResult,
  input: AttemptInput,
  { gateway }: Build,
): Promise<{ readonly result: FrontendResult; readonly headStart: HeadStart }> {
  const refs = input.runsThrough() ? [...result.refs.values()].map(({ id }) => id).filter((id) => id !== '') : [];
  const headStart = beginHeadStart(gateway, refs);
  // What was asked goes out in the next turn of the event loop, not before.
  if (refs.length > 0) await new Promise<void>((resolve) => setImmediate(resolve));
  return { result, headStart };
}

/** What can be made of the Dockerfile meanwhile: the frontend takes longer to read it than we do. */
async function loadAndEvaluate(input: AttemptInput, quiet: Promise<void>, asked: Promise<unknown>) {
  await wait(firstAnswersMs);
  // What the client has sent meanwhile is read first: it may be all that was missing.
  await new Promise((resolve) => setImmediate(resolve));
  if (input.runsThrough()) await Promise.race([asked.catch(() => undefined), wait(quickAnswerMs)]);
  const loaded = await loadAnswered();
  const evaluations = loaded.createEvaluations(input);
  void Promise.all([input.engine.known, quiet])
    .then(evaluations.prepare)
    .catch(() => undefined);
  return { ...loaded, evaluations };
}

/** Hands on what the engine tells of the build, to the end of it. */
function follow(
  build: Build,
  timeline: Timeline,
  twins: Twins,
  loaded: Promise<unknown>,
): { readonly followed: Promise<void>; readonly warned: () => Promise<void> } {
  const lull = createLull();
  const tell = (update: StatusResponse): void => {
    lull.note();
    timeline.advance(twins.translate(update));
  };
  return { followed: readStatus(build, tell, loaded).finally(() => timeline.flush()), warned: lull.come };
}

/**
 * Reads the status stream to its end; an error of the stream is that of the build, which `done` tells. What comes before
 * our code for it is read is told as soon as that is, all at once: what begins then may ask for the warnings.
 */
async function readStatus(
  build: Build,
  tell: (update: StatusResponse) => void,
  loaded: Promise<unknown>,
): Promise<void> {
  const early: StatusResponse[] = [];
  let isLoaded = false;
  const caughtUp = loaded.then(() => {
    isLoaded = true;
    early.splice(0).forEach(tell);
  });
  caughtUp.catch(() => undefined);
  try {
    const turn = takeTurns();
    for await (const update of build.status) {
      if (isLoaded) tell(update);
      else early.push(update);
      await turn();
    }
    await caughtUp;
  } catch {
    await build.done.catch(() => undefined);
  }
}
