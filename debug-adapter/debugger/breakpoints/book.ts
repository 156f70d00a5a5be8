/** All breakpoints of a debug session: what the user asked for, where it stands, how often it was passed. */
import type { Instruction } from '../../dockerfile/model.js';
import type { BreakpointFact, DataBreakpoint, FunctionBreakpoint, LineBreakpoint, StopRule, Watched } from '../api.js';
import { namesInstruction, neverMet } from './functions.js';
import { hitConditionHelp, parseHitCondition, type HitTest } from './hit-count.js';
import { factOfLine, movedLine, type Placement } from './lines.js';
import { parseLogMessage, type LogPiece } from './log-message.js';
import { instructionAt } from '../../dockerfile/locate.js';
import { line1 } from '../../dockerfile/parse.js';

/** A breakpoint that may stop the build. */
export interface Held {
  readonly id: number;
  readonly condition: string | undefined;
  readonly hit: HitTest | undefined;
  /** A logpoint: it writes this and never stops. */
  readonly log: readonly LogPiece[] | undefined;
}

/** One on a line, from 1. */
export interface HeldLine extends Held {
  readonly line: number;
}

export interface BreakpointBook {
  /**
   * Replaces the breakpoints of a file and answers how they stand. `text` is what the file holds now, as far as it is
   * known: the lines were chosen by it.
   */
  setLines(path: string, requests: readonly LineBreakpoint[], text: string | undefined): readonly BreakpointFact[];
  setFunctions(requests: readonly FunctionBreakpoint[]): readonly BreakpointFact[];
  setData(requests: readonly DataBreakpoint[]): readonly BreakpointFact[];
  /** The Dockerfile, or what the target needs of it, became known: answers how all stand now. Lines move with the text. */
  place(placement: Placement): readonly BreakpointFact[];
  /** Line breakpoints that the instruction holds. */
  readonly at: (instruction: Instruction) => readonly HeldLine[];
  /** Function breakpoints that name the instruction. */
  readonly named: (instruction: Instruction) => readonly Held[];
  readonly data: () => readonly (Held & { readonly watched: Watched })[];
  /** None can stop the build. */
  readonly isEmpty: boolean;
  /** Counts one more hit on a platform; answers the sum, from 1. */
  count(id: number, platform: string): number;
}

/** What is the same in all kinds. */
interface Entry extends Held {
  /** By which a breakpoint that is set again keeps its id. */
  readonly key: string;
  /** Why it cannot work. */
  readonly wrong: string | undefined;
}

interface LineEntry extends Entry {
  readonly path: string;
  readonly line: number;
  /** Text by which the line was chosen; undefined before anything was loaded. */
  readonly text: string | undefined;
}

/** @param sameFile whether two paths name the same file */
export function createBreakpointBook(sameFile: (a: string, b: string) => boolean): BreakpointBook {
  return new Book(sameFile);
}

class Book implements BreakpointBook {
  readonly #sameFile: (a: string, b: string) => boolean;
  #lines: readonly LineEntry[] = [];
  #functions: readonly (Entry & { readonly name: string })[] = [];
  #data: readonly (Entry & { readonly watched: Watched })[] = [];
  #placement: Placement | undefined;
  #held = new Map<number, HeldLine[]>();
  readonly #hits = new Map<string, number>();
  #next = 1;

  constructor(sameFile: (a: string, b: string) => boolean) {
    this.#sameFile = sameFile;
  }

  readonly at = (instruction: Instruction): readonly HeldLine[] => this.#held.get(instruction.index) ?? [];

  readonly named = (instruction: Instruction): readonly Held[] => {
    const dockerfile = this.#placement?.dockerfile;
    if (dockerfile === undefined) return [];
    return this.#functions.filter(
      ({ name, wrong }) => wrong === undefined && namesInstruction(name, instruction, dockerfile),
    );
  };

  readonly data = (): readonly (Held & { readonly watched: Watched })[] =>
    this.#data.filter(({ wrong }) => wrong === undefined);

  get isEmpty(): boolean {
    const path = this.#placement?.path;
    const isElsewhere = (entry: LineEntry): boolean => path !== undefined && !this.#sameFile(entry.path, path);
    return this.#lines.every(isElsewhere) && this.#functions.length === 0 && this.#data.length === 0;
  }

  setLines(path: string, requests: readonly LineBreakpoint[], text: string | undefined): readonly BreakpointFact[] {
    const own = this.#lines.filter((entry) => this.#sameFile(entry.path, path));
    const made = requests.map((request): LineEntry => {
      const entry = this.#entry(`line ${request.line}`, request, own);
      return { ...entry, path, line: request.line, text };
    });
    this.#lines = [...this.#lines.filter((entry) => !own.includes(entry)), ...made];
    this.#refresh();
    return made.map((entry) => this.#lineFact(entry));
  }

  setFunctions(requests: readonly FunctionBreakpoint[]): readonly BreakpointFact[] {
    const before = this.#functions;
    this.#functions = requests.map((request) => {
      return { ...this.#entry(`function ${request.name}`, request, before), name: request.name };
    });
    return this.#functionFacts();
  }

  setData(requests: readonly DataBreakpoint[]): readonly BreakpointFact[] {
    const before = this.#data;
    this.#data = requests.map((request) => {
      const { watched } = request;
      const key = watched.kind === 'path' ? `path ${watched.path}` : `variable ${watched.name}`;
      return { ...this.#entry(key, request, before), watched };
    });
    return this.#data.map(({ id, wrong }) => factOf(id, wrong));
  }

  place(placement: Placement): readonly BreakpointFact[] {
    this.#placement = placement;
    const { path, dockerfile } = placement;
    this.#lines = this.#lines.map((entry) => {
      if (!this.#sameFile(entry.path, path)) return entry;
      const line = entry.text === undefined ? entry.line : movedLine(entry.line, entry.text, dockerfile);
      return { ...entry, key: `line ${line}`, line, text: dockerfile.text };
    });
    this.#refresh();
    const own = this.#lines.filter((entry) => this.#sameFile(entry.path, path));
    return [...own.map((entry) => this.#lineFact(entry)), ...this.#functionFacts()];
  }

  count(id: number, platform: string): number {
    const key = `${id} ${platform}`;
    const sum = (this.#hits.get(key) ?? 0) + 1;
    this.#hits.set(key, sum);
    return sum;
  }

  #entry(key: string, rule: StopRule, before: readonly Entry[]): Entry {
    const id = before.find((known) => known.key === key)?.id ?? this.#next++;
    const { condition, hitCondition, logMessage } = rule;
    const hit = hitCondition === undefined ? undefined : parseHitCondition(hitCondition);
    const log = logMessage === undefined ? undefined : parseLogMessage(logMessage);
    const wrong =
      hitCondition !== undefined && hit === undefined
        ? `The hit count "${hitCondition}" is not understood. ${hitConditionHelp}`
        : log?.ok === false
          ? `The log message is not understood. ${log.message}`
          : undefined;
    return { id, key, condition, hit, log: log?.ok === true ? log.pieces : undefined, wrong };
  }

  #lineFact(entry: LineEntry): BreakpointFact {
    const fact = factOfLine(entry.line, entry.path, this.#placement, this.#sameFile);
    if (entry.wrong === undefined) return { ...fact, id: entry.id };
    return { ...fact, id: entry.id, verified: false, message: entry.wrong };
  }

  #functionFacts(): readonly BreakpointFact[] {
    const placement = this.#placement;
    return this.#functions.map(({ id, name, wrong }) => {
      if (placement === undefined) return factOf(id, 'Takes effect when the build begins.');
      return factOf(id, wrong ?? neverMet(name, placement));
    });
  }

  #refresh(): void {
    this.#held = new Map();
    const placement = this.#placement;
    if (placement === undefined) return;
    for (const entry of this.#lines) {
      if (entry.wrong !== undefined || entry.line < 1 || !this.#sameFile(entry.path, placement.path)) continue;
      const instruction = instructionAt(placement.dockerfile, line1(entry.line));
      if (instruction === undefined) continue;
      this.#held.set(instruction.index, [...(this.#held.get(instruction.index) ?? []), entry]);
    }
  }
}

function factOf(id: number, wrong: string | undefined): BreakpointFact {
  return wrong === undefined ? { id, verified: true } : { id, verified: false, message: wrong };
}
