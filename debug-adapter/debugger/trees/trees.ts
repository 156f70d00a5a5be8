/** The file systems of a frame, by name. */
import type { FailureState } from '../../buildkit/errors.js';
import { difference } from '../../buildkit/llb-diff.js';
import type { Gateway } from '../../buildkit/api.js';
import type { Blame, BuildSettings, Comparison, FileChange, StateFiles, StateName, TreeFact, Trees } from '../api.js';
import type { Attempt } from '../ask/attempt.js';
import type { Bench } from '../containers/bench.js';
import { UserError } from '../errors.js';
import { createFiles } from './files.js';
import type { Workshop } from '../containers/opening.js';
import { runPoint } from '../program/frontier.js';
import { markForced, type Program, type Result, type Step } from '../program/program.js';
import { initialResult, materialize, stageToCome, statesOf, wordsBelow } from '../containers/scene.js';
import { createShared } from '../common/shared.js';
import type { Point } from '../program/walk.js';
import { blame, pastOf } from './blame.js';
import { blameContainer } from './blame-container.js';
import { findChanges } from './changes.js';
import { contextOf } from './context.js';
import { editFile } from './edit.js';
import type { Listing } from './inspector.js';
import { listAtOnce, listedFiles } from './listed.js';
import { instructionName } from './names.js';
import { instructionOfLine, notReached, spokenTree, treeOf, unknownTree } from './tree-names.js';

export interface TreesInput {
  readonly attempt: Pick<Attempt, 'ours'>;
  readonly program: Program;
  readonly settings: BuildSettings;
  readonly gateway: Gateway;
  readonly point: Point;
  readonly step: Step;
  /** The state after the step is meant: the end of the build. */
  readonly after: boolean;
  /** The RUN is gone through, in the container of commands. */
  readonly inside: object | undefined;
  readonly failure: FailureState | undefined;
  readonly workshop: Workshop;
  /** The container of a state in which commands run. */
  readonly bench: (state: StateName, signal: AbortSignal) => Promise<Bench>;
  /** A container with the root of the failed state, in which nothing runs. */
  readonly still: (signal: AbortSignal) => Promise<Bench>;
  readonly state: () => StateName;
}

/** Asks nothing yet. */
export function createTrees(input: TreesInput): Trees {
  return new FrameTrees(input);
}

class FrameTrees implements Trees {
  readonly #input: TreesInput;
  #context: StateFiles | undefined;

  constructor(input: TreesInput) {
    this.#input = input;
  }

  list(): readonly TreeFact[] {
    const { step, after } = this.#input;
    const isBase = step.instruction.keyword === 'FROM' && !after;
    return [
      ...(this.#hasFailed ? [{ tree: 'failed', title: 'as the failed command left it', writable: false }] : []),
      ...(after ? [{ tree: 'after', title: 'at the end of the build', writable: false }] : []),
      { tree: 'initial', title: isBase ? 'the base' : 'before the step', writable: false },
      { tree: 'container', title: 'the container of commands', writable: true },
      { tree: 'context', title: 'the build context', writable: false },
    ];
  }

  files(tree: string): StateFiles {
    const { gateway, bench, state, still, workshop } = this.#input;
    switch (tree) {
      case 'failed':
        if (!this.#hasFailed)
          throw unknownTree(tree, 'There is no failed state here: initial, container, context … are.');
        return this.#alike('initial', createFiles({ gateway, root: nowhere, bench: still, still: true, workshop }));
      case 'container':
        return createFiles({ gateway, root: nowhere, bench: (signal) => bench(state(), signal) });
      case 'context':
        this.#context ??= contextOf(this.#input);
        return this.#context;
      default:
        return this.#resultFiles(this.#resultOf(tree));
    }
  }

  get comparison(): Comparison | undefined {
    const { step, after, inside } = this.#input;
    if (inside !== undefined) return { from: 'initial', to: 'container', title: instructionName(step.instruction) };
    if (this.#hasFailed) return { from: 'initial', to: 'failed', title: instructionName(step.instruction) };
    if (after && step.vertices.length > 0)
      return { from: 'initial', to: 'after', title: instructionName(step.instruction) };
    const own = this.#own();
    const last = own.findLast(({ vertices, instruction }) => vertices.length > 0 && instruction.keyword !== 'FROM');
    if (last === undefined) return undefined;
    const before = own[own.indexOf(last) - 1];
    const to = after ? 'after' : 'initial';
    return { from: nameOf(before), to, title: instructionName(last.instruction) };
  }

  tree(name: string): string {
    const { program, step } = this.#input;
    return treeOf(name, { program, step, trees: this.list().map(({ tree }) => tree) });
  }

  ofLine(line: string): Comparison {
    const name = this.tree(line);
    if (name === 'failed' && this.comparison !== undefined) return this.comparison;
    const step = this.#stepOf(name);
    const before = previous(this.#input.program, step);
    const title = instructionName(step.instruction);
    if (before === undefined)
      throw new UserError('nothing-changed', `${title} is what its stage starts from: it changes nothing.`);
    return { from: String(before.instruction.startLine), to: name, title };
  }

  compare(from: string, to: string): Comparison {
    const [first, last] = [from, to].map((name) => this.tree(name));
    return { from: first ?? from, to: last ?? to, title: `${spokenTree(from)} → ${spokenTree(to)}` };
  }

  async whole(tree: string, signal: AbortSignal): Promise<StateFiles> {
    const files = this.files(tree);
    const { workshop } = this.#input;
    // Each folder would take a process of its own.
    const isSlow = tree === 'failed' && files.alike === undefined;
    const [listing] = isSlow ? await listAtOnce({ workshop, ids: [await this.#idOf(tree, signal)] }, signal) : [];
    return listing === undefined ? files : listedFiles(listing, files);
  }

  async changes({ from, to }: Comparison, signal: AbortSignal): Promise<readonly FileChange[]> {
    const sides = { from: this.files(from), to: this.files(to) };
    const skip = new Set(await this.#mounted([from, to], signal));
    const ids = await Promise.all([from, to].map((tree) => this.#idOf(tree, signal)));
    const isPast = [from, to].every((tree) => !isContainer(tree) && tree !== 'context');
    const written = isPast ? await this.#written(this.#resultOf(from), this.#resultOf(to), signal) : undefined;
    const { workshop } = this.#input;
    const listed = await listAtOnce({ workshop, ids: [...ids, ...(written === undefined ? [] : [written])] }, signal);
    const [first, last, third] = listed;
    const input = {
      from: first === undefined ? sides.from : listedFiles(first, sides.from),
      to: last === undefined ? sides.to : listedFiles(last, sides.to),
      written: written === undefined ? undefined : this.#writtenFiles(written, third),
    };
    return findChanges({ ...input, skip }, signal);
  }

  async blame(tree: string, path: string, signal: AbortSignal): Promise<Blame> {
    const { step, program } = this.#input;
    if (tree === 'context')
      throw new UserError('blame-context', 'The build context is of this machine: no instruction wrote it.');
    if (tree === 'container') return this.#blameContainer(path, signal);
    const isLive = tree === 'failed';
    const last = isLive || tree === 'initial' ? previous(program, step) : this.#stepOf(tree);
    const past = last === undefined ? [] : pastOf(program, last, (result) => this.#resultFiles(result));
    return blame(past, { files: this.files(tree), step: isLive ? step : undefined }, path, signal);
  }

  /** What commands, shells and editors have done there is no instruction's. */
  async #blameContainer(path: string, signal: AbortSignal): Promise<Blame> {
    const { state, after } = this.#input;
    const below = state() === 'failed' ? 'failed' : after ? 'after' : 'initial';
    return blameContainer({
      path,
      mounted: await this.#mounted(['container'], signal),
      container: this.files('container'),
      state: this.files(below),
      blame: () => this.blame(below, path, signal),
      signal,
    });
  }

  async edit(path: string, edit: Parameters<Trees['edit']>[1], signal: AbortSignal): Promise<void> {
    const { bench, state } = this.#input;
    await editFile(await bench(state(), signal), path, edit, signal);
  }

  get #hasFailed(): boolean {
    return statesOf(this.#input.failure).includes('failed');
  }

  /** Steps of the stage that lie before this one; at the end this one too. */
  #own(): readonly Step[] {
    const { program, step, after } = this.#input;
    const all = (program.dockerfile.stages[step.stage]?.instructions ?? []).flatMap(
      (instruction) => program.steps.get(instruction.index) ?? [],
    );
    const end = all.findIndex(({ instruction }) => instruction === step.instruction);
    return all.slice(0, after ? end + 1 : end);
  }

  #stepOf(tree: string): Step {
    const { program, step, after, point } = this.#input;
    if (tree === 'after' && after) return step;
    const lines = program.dockerfile.stages[step.stage]?.instructions ?? [];
    const wanted = tree === 'base' ? lines[0] : instructionOfLine(program, tree);
    const found = wanted === undefined ? undefined : program.steps.get(wanted.index);
    if (found === undefined) throw notReached(program, tree);
    const at = runPoint(program, found.instruction.index);
    if (at === undefined || at.index > point.index || (at.index === point.index && !after && tree !== 'base')) {
      throw new UserError(
        'tree-to-come',
        `${instructionName(found.instruction)} has not run yet.`,
        'Step over it, or choose a line above the one where the build stands.',
      );
    }
    return found;
  }

  /** What a name stands for, evaluated by nobody yet; undefined for an empty file system. */
  #resultOf(tree: string): Result | undefined {
    const { step, program, point } = this.#input;
    if (tree !== 'initial') return this.#stepOf(tree).after;
    const result = initialResult(step);
    const late = result === undefined ? undefined : stageToCome(program, point, result.digest);
    return late === undefined ? result : undefined;
  }

  #resultFiles(result: Result | undefined): StateFiles {
    const { gateway, workshop } = this.#input;
    const ref = createShared<string>();
    const root = (signal: AbortSignal): Promise<string> => ref.get((own) => this.#evaluated(result, own), signal);
    return createFiles({ gateway, root, bench: noBench, workshop });
  }

  /** What was written between two states, where the engine can tell; else everything is compared. */
  async #written(from: Result | undefined, to: Result | undefined, signal: AbortSignal): Promise<string | undefined> {
    const { gateway, program } = this.#input;
    if (from === undefined || to === undefined || !gateway.capabilities.has('diffop')) return undefined;
    if (from.digest === to.digest && from.index === to.index) return '';
    const definition = markForced(program, difference(program.llb, from, to));
    return await gateway.solve(definition, { signal });
  }

  #writtenFiles(ref: string, listing: Listing | undefined): StateFiles {
    const { gateway } = this.#input;
    const files = createFiles({ gateway, root: () => Promise.resolve(ref), bench: noBench });
    return listing === undefined ? files : listedFiles(listing, files);
  }

  async #evaluated(result: Result | undefined, signal: AbortSignal): Promise<string> {
    const { gateway, program } = this.#input;
    try {
      return await materialize(gateway, program, result, signal);
    } catch (error) {
      throw await wordsBelow(error, this.#input);
    }
  }

  /** Files of a container, whose listing nothing stops, with those of a snapshot that are much like them. */
  #alike(tree: string, files: StateFiles): StateFiles {
    const alike = this.#resultFiles(this.#resultOf(tree));
    return alike.stops === true ? { ...files, stops: false, alike } : files;
  }

  /** Result id of a file system that can be mounted somewhere; '' for an empty one. */
  async #idOf(tree: string, signal: AbortSignal): Promise<string | undefined> {
    if (tree === 'container' || tree === 'context') return undefined;
    if (tree !== 'failed') return this.#evaluated(this.#resultOf(tree), signal);
    const { scene } = await this.#input.still(signal);
    return scene.mounts.find(({ dest }) => dest === '/')?.resultID;
  }

  async #mounted(trees: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
    if (!trees.some(isContainer)) return [];
    if (!trees.includes('container')) return RUNTIME_MOUNTS;
    const { scene } = await this.#input.bench(this.#input.state(), signal);
    return [...RUNTIME_MOUNTS, ...scene.mounts.map(({ dest }) => dest).filter((dest) => dest !== '/')];
  }
}

/** Every container gets them; where the image has none, an empty stub is left behind when a step fails. */
const RUNTIME_MOUNTS = ['/proc', '/sys', '/dev', '/etc/hosts', '/etc/resolv.conf'];

function noBench(): Promise<never> {
  return Promise.reject(new Error('a snapshot needs no container'));
}

function isContainer(tree: string): boolean {
  return tree === 'failed' || tree === 'container';
}

function nowhere(): Promise<undefined> {
  return Promise.resolve(undefined);
}

/** Name of the state after a step. */
function nameOf(step: Step | undefined): string {
  return step === undefined || step.instruction.keyword === 'FROM' ? 'base' : String(step.instruction.startLine);
}

/** The step whose result a step starts from, in its stage. */
function previous(program: Program, { instruction, stage }: Step): Step | undefined {
  const own = program.dockerfile.stages[stage]?.instructions ?? [];
  const before = own[own.indexOf(instruction) - 1];
  return before === undefined ? undefined : program.steps.get(before.index);
}
