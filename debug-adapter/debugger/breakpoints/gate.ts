/** Decides at each point of the walk whether the build stops there. */
import type { Instruction } from '../../dockerfile/model.js';
import type { ProblemFact, StepConfig, StopReason, Watched } from '../api.js';
import type { Program } from '../program/program.js';
import type { Point } from '../program/walk.js';
import type { BreakpointBook, Held, HeldLine } from './book.js';
import { changeOf, variableChange, type Fingerprint } from './data.js';
import type { FailureFacts } from './failure-condition.js';
import type { Filters } from './filters.js';
import { judgeCondition, type Probed, withExports } from './probed.js';
import { isWithin } from './lines.js';
import { renderLogMessage } from './render.js';

/** Moments at a point at which the build may stop: before its step, when it turns out to be uncached, after it. */
export interface Gate {
  /** Whether `before` has to be asked; then everything before the point has run. */
  watchesBefore(point: Point): boolean;
  before(point: Point, signal: AbortSignal): Promise<StopReason | undefined>;
  /** Breakpoints within a RUN for which its script is gone into; undefined for none. Logpoints have no id in it. Asks nothing. */
  entry(point: Point): StopReason | undefined;
  /** Asks those within a RUN as if they were on its first line: it runs as a whole. */
  whole(point: Point, signal: AbortSignal): Promise<StopReason | undefined>;
  /** Whether it may stop there at all; else it has nothing to do there but to write. */
  mayStop(point: Point): boolean;
  /** Whether the step is to be stopped at when the engine does not have it in its cache. */
  watchesCache(point: Point): boolean;
  uncached(point: Point): Promise<StopReason>;
  /** Whether `after` has to be asked; then the step has run. */
  watchesAfter(point: Point): boolean;
  after(point: Point, signal: AbortSignal): Promise<StopReason | undefined>;
  /** Breakpoints on lines of the point's instruction. */
  held(point: Point): readonly HeldLine[];
  /** As `before`, for breakpoints on some lines of an instruction that is gone through command by command. */
  within(
    point: Point,
    isOn: (line: number) => boolean,
    inside: InsideWorld,
    signal: AbortSignal,
  ): Promise<StopReason | undefined>;
}

/** What a gate asks of a script that is gone through. */
export interface InsideWorld {
  /** Runs a command in a copy of its shell. */
  probe(command: string, signal: AbortSignal): Promise<Probed>;
  /** With the variables of its shell. */
  config(config: StepConfig, signal: AbortSignal): Promise<StepConfig>;
}

export interface GateInput {
  readonly program: Program;
  readonly book: BreakpointBook;
  readonly filters: () => Filters;
  readonly world: GateWorld;
}

/** What a gate asks of the build. `after` tells the state after the step from the one before it. */
export interface GateWorld {
  /** Runs a command without leaving a trace. */
  probe(at: Moment, command: string, env: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Probed>;
  config(at: Moment, signal: AbortSignal): Promise<StepConfig>;
  fingerprint(at: Moment, path: string, signal: AbortSignal): Promise<Fingerprint | undefined>;
  /** Whether the engine has the step in its cache; runs nothing. */
  isCached(point: Point, signal: AbortSignal): Promise<boolean>;
  warningsOf(instruction: Instruction): readonly ProblemFact[];
  /** Whether an earlier build of the session had a result of the step; undefined in the first build. */
  hadResult(instruction: Instruction): boolean | undefined;
  /** What is different from the last build, in sentences; undefined where none is known. */
  why(instruction: Instruction): Promise<string | undefined>;
  write(text: string, line: number): void;
}

export interface Moment {
  readonly point: Point;
  readonly after: boolean;
}

/** A gate that lets everything through. */
export const openGate: Gate = {
  watchesBefore: () => false,
  before: () => Promise.resolve(undefined),
  entry: () => undefined,
  whole: () => Promise.resolve(undefined),
  mayStop: () => false,
  watchesCache: () => false,
  uncached: () => Promise.resolve({ kind: 'step' }),
  watchesAfter: () => false,
  after: () => Promise.resolve(undefined),
  held: () => [],
  within: () => Promise.resolve(undefined),
};

/** Keeps nothing but which chains of steps have missed the cache. */
export function createGate(input: GateInput): Gate {
  return new BuildGate(input);
}

interface Verdict {
  readonly ids: readonly number[];
  readonly notes: readonly string[];
}

class BuildGate implements Gate {
  readonly #input: GateInput;
  readonly #missed = new Set<string>();

  constructor(input: GateInput) {
    this.#input = input;
  }

  watchesBefore({ instruction, phase }: Point): boolean {
    const { book } = this.#input;
    if (book.at(instruction).length > 0 || book.named(instruction).length > 0) return true;
    return phase === 'run' && this.#warnings(instruction).length > 0;
  }

  mayStop(point: Point): boolean {
    const { book, filters } = this.#input;
    const { instruction } = point;
    if (filters().uncached !== undefined || this.#warnings(instruction).length > 0 || this.watchesAfter(point))
      return true;
    return [...book.at(instruction), ...book.named(instruction)].some(({ log }) => log === undefined);
  }

  async before(point: Point, signal: AbortSignal): Promise<StopReason | undefined> {
    const { book } = this.#input;
    const at = { point, after: false };
    const held = book.at(point.instruction).filter(({ line }) => !isWithin(line, point.instruction));
    const lines = await this.#judge(held, at, signal);
    const functions = await this.#judge(book.named(point.instruction), at, signal);
    const ids = [...lines.ids, ...functions.ids];
    const note = [...lines.notes, ...functions.notes].join(' ');
    if (ids.length > 0) return { kind: 'breakpoint', cause: lines.ids.length > 0 ? 'line' : 'function', ids, note };
    const warnings = point.phase === 'run' ? this.#warnings(point.instruction) : [];
    return warnings.length > 0 ? { kind: 'warning', warnings } : this.entry(point);
  }

  entry({ instruction, phase }: Point): StopReason | undefined {
    const held = this.#input.book.at(instruction).filter(({ line }) => phase === 'run' && isWithin(line, instruction));
    if (held.length === 0) return undefined;
    const ids = held.filter(({ log }) => log === undefined).map(({ id }) => id);
    return { kind: 'breakpoint', cause: 'line', ids, note: '', within: true };
  }

  async whole(point: Point, signal: AbortSignal): Promise<StopReason | undefined> {
    const within = this.#input.book.at(point.instruction).filter(({ line }) => isWithin(line, point.instruction));
    const { ids, notes } = await this.#judge(within, { point, after: false }, signal);
    return ids.length === 0 ? undefined : { kind: 'breakpoint', cause: 'line', ids, note: notes.join(' ') };
  }

  watchesCache({ instruction, phase, stage }: Point): boolean {
    const { filters, program, world } = this.#input;
    const test = filters().uncached;
    const step = program.steps.get(instruction.index);
    if (test === undefined || phase === 'call' || step === undefined) return false;
    const own = step.vertices.at(-1);
    if (own === undefined || own.op.op?.$case === 'source' || this.#missed.has(own.digest)) return false;
    // What follows a step that was not cached is not cached either: that is no news.
    const follows = own.inputs.some(({ digest }) => this.#missed.has(digest));
    if (follows) this.#missed.add(own.digest);
    if (follows || world.hadResult(instruction) === false) return false;
    return test(this.#facts({ instruction, stage }));
  }

  async uncached({ instruction }: Point): Promise<StopReason> {
    const { program, world } = this.#input;
    for (const { digest } of program.steps.get(instruction.index)?.vertices ?? []) this.#missed.add(digest);
    const known = world.hadResult(instruction) === true;
    const words = known
      ? 'It was built before in this session: what it says or what it uses has changed since.'
      : 'The engine has no result of it: it was never built, or what it says or uses has changed, or the cache was pruned.';
    return { kind: 'uncached', why: (await world.why(instruction).catch(() => undefined)) ?? words };
  }

  watchesAfter({ instruction, phase }: Point): boolean {
    if (phase === 'call') return false;
    const vertices = this.#input.program.steps.get(instruction.index)?.vertices ?? [];
    const writes = vertices.length > 0 && instruction.keyword !== 'FROM';
    const sets = /^(?:ENV|ARG|USER|WORKDIR)$/.test(instruction.keyword);
    return this.#input.book.data().some(({ watched }) => (watched.kind === 'path' ? writes : sets));
  }

  async after(point: Point, signal: AbortSignal): Promise<StopReason | undefined> {
    const notes: string[] = [];
    const changed: Held[] = [];
    for (const held of this.#input.book.data()) {
      const change = await this.#change(held.watched, point, signal);
      if (change === undefined) continue;
      const name = held.watched.kind === 'path' ? held.watched.path : `$${held.watched.name}`;
      notes.push(`${name} was ${change} by ${point.instruction.keyword} (line ${point.instruction.startLine}).`);
      changed.push(held);
    }
    const verdict = await this.#judge(changed, { point, after: true }, signal);
    if (verdict.ids.length === 0) return undefined;
    return { kind: 'breakpoint', cause: 'data', ids: verdict.ids, note: [...notes, ...verdict.notes].join(' ') };
  }

  held({ instruction }: Point): readonly HeldLine[] {
    return this.#input.book.at(instruction);
  }

  async within(...[point, isOn, inside, signal]: Parameters<Gate['within']>): Promise<StopReason | undefined> {
    const held = this.#input.book.at(point.instruction).filter(({ line }) => isOn(line));
    if (held.length === 0) return undefined;
    const { world: outer } = this.#input;
    const world: GateWorld = {
      ...outer,
      probe: (_at, command, env, own) => inside.probe(withExports(env, command), own),
      config: async (at, own) => await inside.config(await outer.config(at, own), own),
    };
    const { ids, notes } = await new BuildGate({ ...this.#input, world }).#judge(held, { point, after: false }, signal);
    return ids.length === 0 ? undefined : { kind: 'breakpoint', cause: 'line', ids, note: notes.join(' ') };
  }

  async #change(watched: Watched, point: Point, signal: AbortSignal): Promise<string | undefined> {
    const { world } = this.#input;
    const moments = [false, true].map((after) => ({ point, after }));
    if (watched.kind === 'path') {
      const [before, after] = await Promise.all(moments.map((at) => world.fingerprint(at, watched.path, signal)));
      return changeOf(before, after);
    }
    const [before, after] = await Promise.all(moments.map((at) => world.config(at, signal)));
    return variableChange(before?.environment.get(watched.name)?.value, after?.environment.get(watched.name)?.value);
  }

  /** Each is asked, for each counts its hits and writes its message. */
  async #judge(all: readonly Held[], at: Moment, signal: AbortSignal): Promise<Verdict> {
    const ids: number[] = [];
    const notes: string[] = [];
    for (const held of all) {
      const judged = await this.#meets(held, at, signal);
      if (!judged.met) continue;
      if (held.log === undefined) ids.push(held.id);
      else await this.#write(held, at, signal);
      if (judged.note !== '') notes.push(judged.note);
    }
    return { ids, notes };
  }

  /** A condition that cannot run stops, and says why. */
  async #meets(held: Held, at: Moment, signal: AbortSignal): Promise<{ readonly met: boolean; readonly note: string }> {
    const { book, program, world } = this.#input;
    let note = '';
    if (held.condition !== undefined && held.condition.trim() !== '') {
      const judged = await judgeCondition(held.condition, async (command) =>
        world.probe(at, command, await this.#words(command, at, signal), signal),
      );
      signal.throwIfAborted();
      if (judged.kind === 'false') return { met: false, note };
      if (judged.kind === 'broken') note = `The condition "${held.condition}" could not run: ${judged.why}`;
    }
    const count = book.count(held.id, program.platform);
    return { met: note !== '' || held.hit === undefined || held.hit(count), note };
  }

  async #write(held: Held, at: Moment, signal: AbortSignal): Promise<void> {
    const { world } = this.#input;
    const text = await renderLogMessage(held.log ?? [], {
      config: () => world.config(at, signal),
      run: async (command) => world.probe(at, command, await this.#words(command, at, signal), signal),
      escape: this.#input.program.dockerfile.escape,
    });
    world.write(`${text}\n`, Number(at.point.instruction.startLine));
  }

  /** Variables that conditions and messages may use. */
  async #words(command: string, { point, after }: Moment, signal: AbortSignal): Promise<Record<string, string>> {
    const { program, world } = this.#input;
    const { instruction, stage, platform } = this.#facts(point);
    const words = { DEBUG_STAGE: stage, DEBUG_PLATFORM: platform, DEBUG_INSTRUCTION: instruction };
    if (!command.includes('DEBUG_CACHED')) return words;
    const hasStep = (program.steps.get(point.instruction.index)?.vertices.length ?? 0) > 0;
    // Asking costs the engine a look at its cache, so only those pay who want to know.
    const cached = !hasStep || after || point.phase === 'call' || (await world.isCached(point, signal));
    return { ...words, DEBUG_CACHED: String(cached) };
  }

  #warnings(instruction: Instruction): readonly ProblemFact[] {
    const test = this.#input.filters().warning;
    if (test === undefined || instruction.stage === undefined) return [];
    const warnings = this.#input.world.warningsOf(instruction);
    if (warnings.length === 0) return [];
    return test(this.#facts({ instruction, stage: instruction.stage })) ? warnings : [];
  }

  #facts({ instruction, stage }: Pick<Point, 'instruction' | 'stage'>): FailureFacts {
    const { program } = this.#input;
    return {
      exitCode: '',
      stage: program.dockerfile.stages[stage]?.name ?? String(stage),
      platform: program.platform,
      instruction: instruction.keyword,
      line: String(instruction.startLine),
    };
  }
}
