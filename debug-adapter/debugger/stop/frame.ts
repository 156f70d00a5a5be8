/** One frame of a stop: an instruction, what it sees, and what can be run there. */
import type { FailureState } from '../../buildkit/errors.js';
import { NetMode, SecurityMode } from '../../buildkit/gen/ops.js';
import { runEnvironment } from '../../dockerfile/evaluate.js';
import type { Config, Evaluation, Instruction } from '../../dockerfile/model.js';
import type {
  Frame,
  MountFact,
  OutputSink,
  Override,
  PathPreview,
  ShellCommand,
  StateName,
  StepConfig,
} from '../api.js';
import type { Bench } from '../containers/bench.js';
import type { Benches } from '../containers/benches.js';
import { UserError } from '../errors.js';
import { previewCopy } from './copy-preview.js';
import { createFiles } from '../trees/files.js';
import { createOverrides, type Overrides } from './overrides.js';
import { quote } from '../common/quote.js';
import { runPoint } from '../program/frontier.js';
import { mountFacts, type Provided } from './mounts.js';
import { probe } from '../containers/probe.js';
import { finishProcess, makeContainer, startProcess } from '../containers/processes.js';
import { stageLabel } from '../../dockerfile/locate.js';
import type { Step } from '../program/program.js';
import { execVertex, rootOfState, setScene, type Scene } from '../containers/scene.js';
import { scopeFacts } from './scope-facts.js';
import { typedCommand } from '../containers/shell-script.js';
import { broughtConfig, whereItFailed } from './linked-step.js';
import type { StopInput } from './stop.js';
import { createTrees } from '../trees/trees.js';
import type { Point } from '../program/walk.js';

export interface FrameInput extends StopInput {
  readonly point: Point;
  /** Unique in its stop. */
  readonly key: string;
  /** The state after the step is meant: the end of the build. */
  readonly after: boolean;
  readonly failure: FailureState | undefined;
  readonly state: () => StateName;
  readonly benches: Benches;
  readonly network: NetMode;
}

/** Reads nothing yet. */
export function createFrame(input: FrameInput): Frame {
  const { point, program, attempt, benches } = input;
  const { instruction } = point;
  const { gateway } = attempt.build;
  const step = whereItFailed(program.steps.get(instruction.index) ?? blankStep(point), program, input.failed);
  const overrides = createOverrides();
  const config = async (signal: AbortSignal): Promise<StepConfig> =>
    overrides.config(await configOf(input, step, signal));
  const sceneOf = async (state: StateName, signal: AbortSignal): Promise<Scene> =>
    overrides.scene(
      await setScene({ ...input, gateway, step, state, config: await configOf(input, step, signal), signal }),
    );
  const scene = (signal: AbortSignal): Promise<Scene> => sceneOf(input.state(), signal);
  const key = (): string => `${input.key} ${input.state()}`;
  const benchOf = (state: StateName, signal: AbortSignal): Promise<Bench> =>
    benches.at(`${input.key} ${state}`, (own) => sceneOf(state, own), signal);
  const bench = (signal: AbortSignal): Promise<Bench> => benchOf(input.state(), signal);
  return {
    instruction,
    statement: undefined,
    live: undefined,
    stage: stageLabel(program.dockerfile, point.stage),
    config,
    scope: async (signal) => scopeFacts(await input.evaluation(signal), input, step),
    directory: async (signal) => directoryOf(await benches.made(key()), (await config(signal)).workdir, signal),
    override: (change, signal) => override(overrides, change, benches, key(), signal),
    mounts: () => mountsOf(input, step),
    facts: () => factsOf(input, step),
    files: createFiles({
      gateway,
      bench,
      root: async (signal) =>
        isContained(input) ? undefined : (await rootOfState({ ...input, gateway, step, signal })).ref,
    }),
    trees: createTrees({
      ...{ ...input, gateway, step, bench: benchOf, workshop: benches.workshop },
      still: (signal) =>
        benches.at(`${input.key} still`, async (own) => rootAlone(await sceneOf('failed', own)), signal),
    }),
    run: async (command, output, signal, { forget = false } = {}) =>
      (await bench(signal)).run(command, { output, signal, remember: !forget }),
    preview: (wanted, word, signal) => preview(input, wanted, word, signal),
    reset: () => benches.reset(key()),
    probe: async (command, { state = 'initial', ...options }) =>
      probe({ ...input, ...benches, scene: await sceneOf(state, options.signal) }, command, options),
    rerun: (output, signal) => rerun(input, step, scene, output, signal),
    openShell: async ({ same = false, signal }) => openShell(input, step, await bench(signal), { same, overrides }),
  };
}

/** Only a container shows its files: no snapshot of the engine has them. */
function isContained({ state, inside }: FrameInput): boolean {
  return state() === 'failed' || inside !== undefined;
}

function mountsOf(input: FrameInput, step: Step): readonly MountFact[] {
  const vertex = input.after ? undefined : execVertex(step);
  return vertex === undefined ? [] : mountFacts(input.program, vertex, providedBy(input));
}

/** Asked of the container of commands, if there is one: else nobody can have gone anywhere. */
async function directoryOf(bench: Bench | undefined, workdir: string, signal: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = [];
  const output: OutputSink = ({ fd, data }) => void (fd === 1 && chunks.push(data));
  const code = (await bench?.run('pwd', { output, signal, remember: false })) ?? 1;
  const said = Buffer.concat(chunks).toString().replace(/\n$/, '');
  return code === 0 && said.startsWith('/') ? said : workdir;
}

/** The scene with nothing mounted in its root: what is mounted is not the state's. */
function rootAlone(scene: Scene): Scene {
  return { ...scene, mounts: scene.mounts.filter(({ dest }) => dest === '/'), lockedCaches: [] };
}

async function preview(
  input: FrameInput,
  instruction: Instruction,
  word: string,
  signal: AbortSignal,
): Promise<PathPreview | undefined> {
  const { program, point, attempt, after } = input;
  const { gateway } = attempt.build;
  const step = program.steps.get(instruction.index);
  const wanted = step === undefined ? undefined : runPoint(program, step.instruction.index);
  if (step === undefined || wanted === undefined) return undefined;
  const hasRun = after || wanted.index < point.index;
  const root = async (): Promise<string | undefined> =>
    hasRun || wanted === point
      ? (await rootOfState({ attempt, program, step, point: wanted, after: hasRun, gateway, signal })).ref
      : undefined;
  const { workdir } = (await input.evaluation(signal)).before(instruction);
  return previewCopy({ gateway, program, point, step, workdir, after: hasRun, root }, word, signal);
}

/** The container that commands run in keeps what they made; one that does not exist yet is made with the change. */
async function override(
  overrides: Overrides,
  change: Override,
  benches: Benches,
  key: string,
  signal: AbortSignal,
): Promise<void> {
  const bench = change.kind === 'user' ? undefined : await benches.made(key);
  const said = async (command: string): Promise<number | undefined> =>
    await bench?.run(command, { output: () => undefined, signal, remember: true });
  if (change.kind === 'workdir' && ((await said(`cd -- ${quote(change.value)}`)) ?? 0) !== 0)
    throw new UserError('workdir-missing', `There is no folder ${change.value} here.`, 'Make it first, with mkdir -p.');
  overrides.set(change);
  if (change.kind === 'user') return benches.reset(key);
  if (change.kind === 'variable') await said(`export ${change.name}=${quote(change.value)}`);
}

interface ShellChoice {
  readonly same: boolean;
  readonly overrides: Overrides;
}

function openShell(
  input: FrameInput,
  step: Step,
  bench: Bench,
  { same, overrides }: ShellChoice,
): Promise<ShellCommand> {
  const { settings, shells, benches, program } = input;
  const { keyword, startLine } = step.instruction;
  const stage = stageLabel(program.dockerfile, step.stage);
  const state = input.after ? 'end' : input.state();
  return shells.open({
    workshop: benches.workshop,
    bench,
    scene: overrides.scene(bench.scene),
    same,
    joins: input.inside !== undefined,
    own: settings.shell,
    command: commandOf(step, bench.scene.shell),
    place: `${stage}:${startLine} ${state}`,
    notes: [],
    title: `${keyword} (line ${startLine}), ${state} state`,
  });
}

function providedBy({ settings: { secrets, ssh } }: FrameInput): Provided {
  const ids = (sources: readonly { readonly id: string }[]): ReadonlySet<string> =>
    new Set(sources.map(({ id }) => id));
  return { secrets: ids(secrets), ssh: ids(ssh) };
}

/** Of an instruction that the engine does nothing for. */
export function blankStep({ instruction, stage }: Point): Step {
  return { instruction, stage, vertices: [], before: undefined, after: undefined };
}

/** What a user would type to run the step's command by hand. */
function commandOf(step: Step, shell: readonly string[]): string | undefined {
  const args = runArgsOf(step);
  return args === undefined ? undefined : typedCommand(args, shell);
}

function runArgsOf(step: Step): readonly string[] | undefined {
  const op = execVertex(step)?.op.op;
  return op?.$case === 'exec' ? op.value.meta?.args : undefined;
}

/** What the step's processes really get comes from the engine's own op, everything else from the evaluation. */
export async function configOf(
  input: Pick<FrameInput, 'after' | 'evaluation'>,
  step: Step,
  signal: AbortSignal,
): Promise<StepConfig> {
  const evaluation = await input.evaluation(signal);
  const brought = step.brought && broughtConfig(evaluation.before(step.instruction), step.brought);
  if (brought !== undefined) return withProcessEnv(brought, runEnvironment(brought));
  if (!input.after && step.instruction.keyword === 'FROM') return baseConfig(evaluation, step.instruction);
  const config = input.after ? evaluation.after(step.instruction) : evaluation.before(step.instruction);
  const op = input.after ? undefined : execVertex(step)?.op.op;
  const exact = op?.$case === 'exec' ? op.value.meta?.env : undefined;
  return withProcessEnv(config, exact ?? runEnvironment(config));
}

/**
 * Before FROM there is nothing, so the state that is shown there is the base itself, with what the base says about it; only
 * arguments are those that the FROM has.
 */
function baseConfig(evaluation: Evaluation, from: Instruction): StepConfig {
  const { args, environment } = evaluation.before(from);
  const base = evaluation.after(from);
  const config = withProcessEnv(base, runEnvironment(base));
  return { ...config, args, environment: new Map([...environment, ...base.environment]) };
}

/** Field by field: a config computes its maps when they are read, which a spread would lose. */
function withProcessEnv(config: Config, processEnv: readonly string[]): StepConfig {
  const { args, env, environment, user, workdir, shell, os, labels, exposed, volumes } = config;
  const { entrypoint, cmd, stopSignal, origins } = config;
  const image = { labels, exposed, volumes, entrypoint, cmd, stopSignal };
  return { args, env, environment, user, workdir, shell, os, ...image, origins, processEnv, changed: new Set() };
}

function factsOf(input: FrameInput, step: Step): ReturnType<Frame['facts']> {
  const op = execVertex(step)?.op.op;
  const network = op?.$case === 'exec' ? op.value.network : input.network;
  const security = op?.$case === 'exec' ? op.value.security : SecurityMode.SANDBOX;
  return {
    platform: input.program.platform,
    stage: stageLabel(input.program.dockerfile, step.stage),
    instruction: step.instruction.text,
    network: network === NetMode.HOST ? 'host' : network === NetMode.NONE ? 'none' : 'default',
    security: security === SecurityMode.INSECURE ? 'insecure' : 'sandbox',
    status: input.stepFact(step.instruction).status,
    durationMs: input.stepFact(step.instruction).durationMs,
  };
}

/** The command of the RUN once more, in a container of its own. */
async function rerun(
  input: FrameInput,
  step: Step,
  scene: (signal: AbortSignal) => Promise<Scene>,
  output: OutputSink,
  signal: AbortSignal,
): Promise<number> {
  const args = runArgsOf(step);
  if (args === undefined || input.after) {
    const { keyword, startLine } = step.instruction;
    throw new UserError(
      'rerun-not-run',
      `${keyword} (line ${startLine}) has no command that could run again by itself.`,
      'Use Restart build: it takes the changed files and goes on from the cache.',
    );
  }
  const made = await scene(signal);
  const holder = { label: ':rerun', busy: true, release: () => Promise.resolve() };
  await input.locks.claim(made.lockedCaches, holder);
  try {
    await using container = await makeContainer(input.attempt.build.gateway, made, signal);
    const process = await startProcess(container, made, { args, tty: false, stdin: false }, signal);
    return await finishProcess(process, output, signal);
  } finally {
    input.locks.free(holder);
  }
}
