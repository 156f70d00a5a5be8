/** Frames of a stop inside of a RUN: what they show and run is in the container in which its script stands. */
import type { Variable } from '../../dockerfile/model.js';
import type { Frame, LiveFrame, OutputSink, Override, StepConfig } from '../api.js';
import type { Benches } from '../containers/benches.js';
import { UserError } from '../errors.js';
import { keepText } from '../containers/probe.js';
import { quote } from '../common/quote.js';
import { secretFiles, withoutSecrets } from './secrets.js';
import { isOfShell, LIST_WITH_EXPORTS, LONGEST_LIST, readVariables, readWithExports } from './shell-variables.js';
import type { Visit } from './visit.js';

/** Begin of the keys of the innermost instruction's containers. */
const INNERMOST = '0 ';

/** The same, but for the innermost instruction: that has the container of the visit, in any state. */
export function insideBenches(benches: Benches, { bench }: Visit): Benches {
  const isIn = (key: string): boolean => key.startsWith(INNERMOST);
  return {
    ...benches,
    at: (key, scene, signal) => (isIn(key) ? Promise.resolve(bench) : benches.at(key, scene, signal)),
    made: (key) => (isIn(key) ? Promise.resolve(bench) : benches.made(key)),
    reset: async (key) => (isIn(key) ? noReset() : await benches.reset(key)),
    [Symbol.asyncDispose]: () => benches[Symbol.asyncDispose](),
  };
}

function noReset(): never {
  throw new UserError(
    'inside-reset',
    'The script of this RUN lives in the container: there is no other one for it.',
    'Restart Frame begins the RUN again in a fresh one; Step Back leaves it.',
  );
}

/**
 * The frame of the RUN, and above it that of the command in it.
 *
 * @param frame of the RUN, on the container of the visit
 */
export function insideFrames(frame: Frame, visit: Visit): readonly Frame[] {
  const below: Frame = { ...liveFrame(frame, visit), statement: undefined, live: undefined };
  return [liveFrame(frame, visit), below];
}

function liveFrame(frame: Frame, visit: Visit): Frame {
  const { statement, statements } = visit;
  const variables = async (signal: AbortSignal): Promise<ReadonlyMap<string, string>> =>
    (await knownVariables(visit, signal)).variables;
  // What is typed may end the shell.
  const isListening = (): boolean => visit.code === undefined && !visit.paused;
  const live: LiveFrame = {
    get status() {
      return visit.code ?? visit.status;
    },
    get hasEnded() {
      return visit.code !== undefined;
    },
    get isListening() {
      return isListening();
    },
    variables,
  };
  return {
    ...frame,
    statement: { ...statement, count: statements.length },
    live,
    config: async (signal) => {
      const config = await frame.config(signal);
      return isListening() ? await insideConfig(visit, config, signal) : config;
    },
    directory: async (signal) => {
      if (!isListening()) return await frame.directory(signal);
      const { code: failed, text } = await ask(visit, 'pwd', signal);
      return failed === 0 ? text.replace(/\n$/, '') : await frame.directory(signal);
    },
    override: (change, signal) => override(visit, change, signal),
    run: (command, output, signal, options = {}) =>
      visit.run(command, { output, signal, forget: options.forget === true }),
  };
}

/** In the shell itself: what the script does next sees it. */
async function override(visit: Visit, change: Override, signal: AbortSignal): Promise<void> {
  if (change.kind === 'user') {
    const text = 'The user cannot change while the script of the RUN runs.';
    throw new UserError('inside-user', text, 'Step Back leaves the RUN.');
  }
  const value = quote(change.value);
  const [order, what] =
    change.kind === 'variable'
      ? [`${change.name}=${value}`, `${change.name} cannot be changed`]
      : [`cd -- ${value}`, `There is no folder ${change.value} here`];
  const { code, text } = await ask(visit, order, signal, false);
  if (code !== 0) throw new UserError('inside-change', `${what}: ${text.trim()}`);
}

/** Runs something that a user does not see; with `forget` in a copy of the shell. */
async function ask(
  visit: Visit,
  text: string,
  signal: AbortSignal,
  forget = true,
): Promise<{ readonly code: number; readonly text: string }> {
  const kept = keepText(LONGEST_LIST);
  const output: OutputSink = (piece) => kept.sink(piece);
  return { code: await visit.run(text, { output, signal, forget }), text: kept.text() };
}

/** What a script has set by name, and the names of what programs get of it. */
interface OwnVariables {
  readonly variables: ReadonlyMap<string, string>;
  readonly exported: ReadonlySet<string>;
}

const known = new WeakMap<Visit, OwnVariables & { readonly changes: number }>();

/** As long as nothing has changed the shell is asked once: an editor wants them for each view. */
async function knownVariables(visit: Visit, signal: AbortSignal): Promise<OwnVariables> {
  const last = known.get(visit);
  const { changes } = visit;
  if (last?.changes === changes) return last;
  const own = await ownVariables(visit, signal);
  known.set(visit, { changes, ...own });
  return own;
}

/** What the script has set, or set otherwise than it was before its first command; without values of secrets. */
async function ownVariables(visit: Visit, signal: AbortSignal): Promise<OwnVariables> {
  const { text } = await ask(visit, LIST_WITH_EXPORTS, signal);
  const begun = readVariables(visit.begun);
  const { variables, exported } = readWithExports(text);
  const own = [...variables].filter(([name, value]) => !isOfShell(name) && begun.get(name) !== value);
  const { scene } = visit.bench;
  const held = new Map(scene.secretEnv.map(({ name }) => [name, begun.get(name)]));
  const files = own.length === 0 ? [] : await secretsOf(visit, signal);
  return { variables: withoutSecrets(new Map(own), held, files), exported };
}

/** What the files hold now; a script may have changed who can read them. */
async function secretsOf(visit: Visit, signal: AbortSignal): Promise<readonly string[]> {
  const read = async (path: string): Promise<string> => (await ask(visit, `cat -- ${quote(path)}`, signal)).text;
  return await Promise.all(secretFiles(visit.bench.scene).map(read));
}

/** With what a script has set there. */
export async function insideConfig(visit: Visit, config: StepConfig, signal: AbortSignal): Promise<StepConfig> {
  return withVariables(config, await knownVariables(visit, signal));
}

/** Field by field: a config computes its maps when they are read, which a spread would lose. */
function withVariables(config: StepConfig, { variables, exported }: OwnVariables): StepConfig {
  const own = [...variables].map(([name, value]): [string, Variable] => [name, { value, origin: { kind: 'shell' } }]);
  const environment = new Map([...config.environment, ...own]);
  const { args, env, user, workdir, shell, os, labels, exposed, volumes, changed } = config;
  const names = new Set(config.processEnv.map((entry) => entry.split('=', 1)[0] ?? ''));
  const changedEnv = config.processEnv.map((entry) => {
    const name = entry.split('=', 1)[0] ?? '';
    const value = variables.get(name);
    return value === undefined ? entry : `${name}=${value}`;
  });
  const added = [...variables].filter(([name]) => exported.has(name) && !names.has(name));
  const processEnv = [...changedEnv, ...added.map(([name, value]) => `${name}=${value}`)];
  const { entrypoint, cmd, stopSignal, origins } = config;
  const image = { labels, exposed, volumes, entrypoint, cmd, stopSignal };
  return { args, env, environment, user, workdir, shell, os, ...image, origins, processEnv, changed };
}
