/** Hit counts: `3`, `>= 2`, `% 2`. */

/** Whether the n-th time counts, from 1. */
export type HitTest = (count: number) => boolean;

const tests: Readonly<Record<string, (count: number, wanted: number) => boolean>> = {
  '': (count, wanted) => count === wanted,
  '=': (count, wanted) => count === wanted,
  '==': (count, wanted) => count === wanted,
  '>': (count, wanted) => count > wanted,
  '>=': (count, wanted) => count >= wanted,
  '<': (count, wanted) => count < wanted,
  '<=': (count, wanted) => count <= wanted,
  '%': (count, wanted) => count % wanted === 0,
};

const neverAtZero = new Set(['', '=', '==', '%']);

/** Undefined when it is not understood, or says that it never counts. */
export function parseHitCondition(text: string): HitTest | undefined {
  const [, operator = '', number = ''] = /^\s*(==?|>=?|<=?|%)?\s*(\d{1,9})\s*$/.exec(text) ?? [];
  const test = tests[operator];
  const wanted = Number(number);
  if (number === '' || test === undefined || (wanted === 0 && neverAtZero.has(operator))) return undefined;
  return (count) => test(count, wanted);
}

/** What a user may write instead. */
export const hitConditionHelp = 'Write a number (stops that time), ">= 2" (from then on) or "% 2" (every other time).';
