import type { CharSet, Element } from './expression-parser.js';

/** With so many parts of open length, and on such long paths, backtracking could take minutes. */
const manyOpenParts = 3;
const longPath = 400;

type Alternatives = readonly (readonly Element[])[];

/** A test for an expression: JavaScript's own engine where it cannot run away, a simulation of all ways where it can. */
export function compileExpression(alternatives: Alternatives): (path: string) => boolean {
  const native = new RegExp(alternatives.map((elements) => elements.map(sourceOf).join('')).join('|'), 'v');
  const open = alternatives.flat().filter((element) => element.kind !== 'set' || element.repeat).length;
  const hard = alternatives.flat().some((element) => element.kind === 'times');
  let simulated: ((path: string) => boolean) | undefined;
  return (path) => {
    if (!hard && (open - 2 < manyOpenParts || (open - 2 === manyOpenParts && path.length < longPath)))
      return native.test(path);
    simulated ??= compileSimulation(alternatives);
    return simulated(path);
  };
}

function sourceOf(element: Element): string {
  switch (element.kind) {
    case 'set':
      return sourceOfSet(element.set) + (element.repeat ? '*' : '');
    case 'rest':
      return '[^\\n]*';
    case 'folders':
      return '(?:[^\\n]*\\/)?';
    case 'begin':
      return '^';
    case 'end':
      return '$';
    case 'boundary':
      return element.negated ? '\\B' : '\\b';
    case 'times':
      return `(?:${sourceOf(element.element)}){${element.least},${element.most ?? ''}}`;
  }
}

function sourceOfSet(set: CharSet): string {
  const hex = (value: number): string => `\\u{${value.toString(16)}}`;
  const ranges = set.ranges.map(([low, high]) => (low === high ? hex(low) : `${hex(low)}-${hex(high)}`));
  return `[${set.negated ? '^' : ''}${ranges.join('')}${set.classes.join('')}]`;
}

/** A state of the simulation: takes a character, asks about the position, branches, or is the end. */
type State =
  | { readonly kind: 'take'; readonly test: (char: string) => boolean; next: number }
  | { readonly kind: 'ask'; readonly holds: (chars: readonly string[], at: number) => boolean; next: number }
  | { readonly kind: 'branch'; readonly to: number[] }
  | { readonly kind: 'found' };

/** The same by following all ways at once, in time proportional to path × pattern. */
export function compileSimulation(alternatives: Alternatives): (path: string) => boolean {
  const states: State[] = [];
  const add = (state: State): number => states.push(state) - 1;
  const found = add({ kind: 'found' });
  const start = add({ kind: 'branch', to: alternatives.map((elements) => chain(elements, found, add)) });
  return (path) => {
    const chars = Array.from(path);
    let active: Set<number> = new Set();
    for (let at = 0; at <= chars.length; at++) {
      // The search may begin anywhere: only `^` binds it.
      enter(active, start, states, chars, at);
      if (active.has(found)) return true;
      const following = new Set<number>();
      for (const index of active) {
        const state = states[index];
        if (state?.kind === 'take' && state.test(chars[at] ?? '')) enter(following, state.next, states, chars, at + 1);
      }
      active = following;
    }
    return false;
  };
}

/** Adds a state and those reachable from it without taking a character. */
function enter(
  active: Set<number>,
  first: number,
  states: readonly State[],
  chars: readonly string[],
  at: number,
): void {
  const waiting = [first];
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    const state = states[index];
    if (state === undefined || active.has(index)) continue;
    active.add(index);
    if (state.kind === 'branch') waiting.push(...state.to);
    else if (state.kind === 'ask' && state.holds(chars, at)) waiting.push(state.next);
  }
}

type Add = (state: State) => number;

function chain(elements: readonly Element[], next: number, add: Add): number {
  return elements.reduceRight((following, element) => build(element, following, add), next);
}

function build(element: Element, next: number, add: Add): number {
  switch (element.kind) {
    case 'set': {
      const set = new RegExp(`^${sourceOfSet(element.set)}$`, 'v');
      const test = (char: string): boolean => char !== '' && set.test(char);
      return element.repeat
        ? loop((back) => add({ kind: 'take', test, next: back }), next, add)
        : add({ kind: 'take', test, next });
    }
    case 'rest':
      return anything(next, add);
    case 'folders': {
      const slash = add({ kind: 'take', test: (char) => char === '/', next });
      return add({ kind: 'branch', to: [anything(slash, add), next] });
    }
    case 'begin':
      return add({ kind: 'ask', holds: (_, at) => at === 0, next });
    case 'end':
      return add({ kind: 'ask', holds: (chars, at) => at === chars.length, next });
    case 'boundary':
      return add({
        kind: 'ask',
        holds: (chars, at) => (isWord(chars[at - 1]) !== isWord(chars[at])) !== element.negated,
        next,
      });
    case 'times':
      return repeat(element, next, add);
  }
}

function repeat(times: Extract<Element, { kind: 'times' }>, next: number, add: Add): number {
  let following = next;
  if (times.most === undefined) following = loop((back) => build(times.element, back, add), next, add);
  else {
    for (let extra = times.least; extra < times.most; extra++) {
      following = add({ kind: 'branch', to: [build(times.element, following, add), next] });
    }
  }
  for (let count = 0; count < times.least; count++) following = build(times.element, following, add);
  return following;
}

function loop(body: (back: number) => number, next: number, add: Add): number {
  const to = [next];
  const branch = add({ kind: 'branch', to });
  to.push(body(branch));
  return branch;
}

function anything(next: number, add: Add): number {
  return loop((back) => add({ kind: 'take', test: (char) => char !== '' && char !== '\n', next: back }), next, add);
}

function isWord(char: string | undefined): boolean {
  return char !== undefined && /^[0-9A-Za-z_]$/.test(char);
}
