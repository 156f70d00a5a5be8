/** Conditions of the filter "failed steps": `exitCode != 1 && stage == "build"`. */

/** What a condition may ask about, as text. */
export const failureFacts = ['exitCode', 'stage', 'platform', 'instruction', 'line'] as const;
export type FailureFacts = Readonly<Record<(typeof failureFacts)[number], string>>;

export type FailureTest = (facts: FailureFacts) => boolean;

type Parsed = { readonly ok: true; readonly test: FailureTest } | { readonly ok: false; readonly message: string };

const comparison = /^\s*([A-Za-z]+)\s*(==?|!=|>=?|<=?)\s*(?:"([^"]*)"|'([^']*)'|([^\s"'&|=<>!]+))\s*$/;

/** Reads a condition: comparisons joined by `&&`, alternatives by `||`; `&&` binds closer. A bare number is an exit code. */
export function parseFailureCondition(text: string): Parsed {
  if (/^\s*\d+\s*$/.test(text)) return parseFailureCondition(`exitCode == ${text.trim()}`);
  const alternatives: FailureTest[] = [];
  for (const part of text.split('||')) {
    const tests: FailureTest[] = [];
    for (const term of part.split('&&')) {
      const test = parseComparison(term);
      if (test === undefined) return { ok: false, message: help(term) };
      tests.push(test);
    }
    alternatives.push((facts) => tests.every((test) => test(facts)));
  }
  return { ok: true, test: (facts) => alternatives.some((test) => test(facts)) };
}

function parseComparison(term: string): FailureTest | undefined {
  const found = comparison.exec(term);
  if (found === null) return undefined;
  const [, word = '', operator = '', ...values] = found;
  const name = failureFacts.find((fact) => fact.toLowerCase() === word.toLowerCase());
  if (name === undefined) return undefined;
  const wanted = values.find((value) => value !== undefined) ?? '';
  return (facts) => compare(facts[name], operator, wanted);
}

function compare(value: string, operator: string, wanted: string): boolean {
  if (operator === '=' || operator === '==') return value === wanted;
  if (operator === '!=') return value !== wanted;
  // A step without an exit code (a COPY) is neither above nor below one.
  if (value === '') return false;
  const [left, right] = [Number(value), Number(wanted)];
  if (operator === '>') return left > right;
  if (operator === '>=') return left >= right;
  return operator === '<' ? left < right : left <= right;
}

function help(term: string): string {
  return `"${term.trim()}" is not understood. Compare one of ${failureFacts.join(', ')}, e.g. exitCode != 1 && stage == "build".`;
}
