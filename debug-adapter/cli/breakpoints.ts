/** The breakpoints of this session, as the adapter is told them: lines of the Dockerfile, and names. */
import type { Adapter } from './adapter.js';
import { type Fields, listOf, numberOf, textOf } from './fields.js';

/** When a breakpoint counts, in the protocol's words. */
export interface Rule {
  readonly condition?: string;
  readonly hitCondition?: string;
  readonly logMessage?: string;
}

const rules = { if: 'condition', hits: 'hitCondition', log: 'logMessage' } as const;

/** `12 if test -e /x`, `RUN hits >= 2`, `build log at {pwd}`. Undefined when what follows the place is no rule. */
export function readBreak(operand: string): { readonly place: string; readonly rule: Rule } | undefined {
  const [, place = operand, word, text = ''] = /^(\S+)(?:\s+(\S+)\s*(.*))?$/s.exec(operand.trim()) ?? [];
  if (word === undefined) return { place, rule: {} };
  if ((word !== 'if' && word !== 'hits' && word !== 'log') || text === '') return undefined;
  return { place, rule: { [rules[word]]: text } };
}

/** One breakpoint and what the adapter said of it. */
interface Breakpoint {
  /** A line, or the name of a stage or instruction. */
  readonly at: string;
  readonly rule: Rule;
  readonly verified: boolean;
  readonly message: string;
  /** It may hold something later on; otherwise one that is not verified is refused. */
  readonly pending: boolean;
  readonly line: number | undefined;
  /** Its number at the adapter, once that is told. */
  readonly id: number | undefined;
}

/** Numbered from 1 in the order of `list`. */
export class Breakpoints {
  private all: readonly Breakpoint[] = [];
  /** Whether the adapter takes names; else they are looked up here. */
  names = false;

  /** Lines with a breakpoint. */
  get lines(): ReadonlySet<number> {
    return new Set(this.all.filter(isLine).map(({ at, line }) => line ?? Number(at)));
  }

  get count(): number {
    return this.all.length;
  }

  /** Tells the adapter all of them. */
  async send(adapter: Adapter, dockerfile: string): Promise<void> {
    const lines = this.all.filter(isLine);
    const names = this.all.filter((breakpoint) => !isLine(breakpoint));
    const source = { path: dockerfile };
    const wanted = lines.map(({ at, rule }) => ({ line: Number(at), ...rule }));
    const sent = [await adapter.request('setBreakpoints', { source, breakpoints: wanted })];
    if (this.names) {
      const functions = names.map(({ at, rule }) => ({ name: at, ...rule }));
      sent.push(await adapter.request('setFunctionBreakpoints', { breakpoints: functions }));
    }
    const answers = sent.flatMap((body) => listOf(body['breakpoints']));
    this.all = [...lines, ...names].map(({ at, rule }, index) => ({ at, rule, ...toldOf(answers[index] ?? {}) }));
  }

  /** Takes what the adapter says of one later on. */
  learn(fact: Fields): void {
    const told = toldOf(fact);
    if (told.id === undefined) return;
    this.all = this.all.map((breakpoint) => (breakpoint.id === told.id ? { ...breakpoint, ...told } : breakpoint));
  }

  /** A line or a name; one that is there gets the new rule. False when the name is unknown. */
  add(place: string, dockerfile: readonly string[], rule: Rule = {}): boolean {
    const places = this.names || /^\d+$/.test(place) ? [place] : linesOf(place, dockerfile).map(String);
    const rest = this.all.filter(({ at }) => !places.includes(at));
    this.all = [...rest, ...places.map((at) => fresh(at, rule))];
    return places.length > 0;
  }

  /** Answers what brings those back that there are now. */
  remember(): () => void {
    const { all } = this;
    return () => void (this.all = all);
  }

  /** Whether one at that place can stop the build. */
  holds(place: string): boolean {
    return this.all.some(({ at, verified }) => at === place && verified);
  }

  /** By number, or all; false when there is no such one. */
  remove(which: string): boolean {
    const left = which === 'all' ? [] : this.all.filter((_, index) => String(index + 1) !== which);
    const found = left.length < this.all.length;
    this.all = left;
    return found;
  }

  /** By its place; false when there is none. */
  removeAt(place: string): boolean {
    const left = this.all.filter(({ at }) => at !== place);
    const found = left.length < this.all.length;
    this.all = left;
    return found;
  }

  /** Those that hold nothing, with what the adapter said of them. */
  get refused(): readonly { readonly at: string; readonly message: string }[] {
    return this.all.filter(isRefused);
  }

  /** Whether the one at that place holds nothing, and why is known. */
  refuses(place: string): boolean {
    return this.refused.some(({ at }) => at === place);
  }

  /** Forgets those that hold nothing; whether there were any. */
  dropRefused(): boolean {
    const left = this.all.filter((breakpoint) => !isRefused(breakpoint));
    const found = left.length < this.all.length;
    this.all = left;
    return found;
  }

  /** One line each. */
  list(): string {
    if (this.all.length === 0)
      return 'No breakpoints. :break LINE or :break STAGE sets one; :watch lists what is watched, and :unwatch ends it.';
    return this.all.map((breakpoint, index) => `${index + 1}  ${describe(breakpoint)}`).join('\n');
  }

  /** What the adapter said of the one at this place. */
  describe(at: string): string {
    return this.all
      .filter((breakpoint) => breakpoint.at === at)
      .map(describe)
      .join('\n');
  }
}

function fresh(at: string, rule: Rule): Breakpoint {
  return { at, rule, verified: false, message: '', pending: true, line: undefined, id: undefined };
}

function toldOf(fact: Fields): Omit<Breakpoint, 'at' | 'rule'> {
  return {
    verified: fact['verified'] === true,
    message: textOf(fact['message']),
    pending: fact['reason'] === 'pending',
    line: numberOf(fact['line']),
    id: numberOf(fact['id']),
  };
}

/** Lines of `FROM … AS name`, or of an instruction; `stage:WORD` is one within a stage. */
function linesOf(name: string, dockerfile: readonly string[]): number[] {
  const [first = '', second] = name.toLowerCase().split(':');
  let stage = '';
  return dockerfile.flatMap((line, index) => {
    const [, word = '', rest = ''] = /^\s*([a-z]+)\s+(.*)/i.exec(line.toLowerCase()) ?? [];
    if (word === 'from') stage = /\sas\s+(\S+)/.exec(rest)?.[1] ?? '';
    const hit =
      second === undefined
        ? word === first || (word === 'from' && stage === first)
        : stage === first && word === second;
    return hit ? [index + 1] : [];
  });
}

function isRefused({ verified, message, pending }: Breakpoint): boolean {
  return !verified && !pending && message !== '';
}

function isLine({ at }: Breakpoint): boolean {
  return /^\d+$/.test(at);
}

function describe(breakpoint: Breakpoint): string {
  const { at, verified, message, line, rule } = breakpoint;
  const moved = isLine(breakpoint) && line !== undefined && String(line) !== at ? ` (at line ${line})` : '';
  const place = isLine(breakpoint) ? `line ${at}` : at;
  return `${place}${moved}${ruleWords(rule)}${verified || message !== '' ? '' : ' (not yet reachable)'}${message === '' ? '' : `: ${message}`}`;
}

function ruleWords({ condition, hitCondition, logMessage }: Rule): string {
  const when = condition === undefined ? '' : ` if ${condition}`;
  const hits = hitCondition === undefined ? '' : ` hits ${hitCondition}`;
  return `${when}${hits}${logMessage === undefined ? '' : ` log ${logMessage}`}`;
}
