/** Exception filters: what else than a breakpoint stops a build. */
import type { FilterFact, FilterName, FilterSetting } from '../api.js';
import { parseFailureCondition, type FailureTest } from './failure-condition.js';

export type Filters = Readonly<Record<FilterName, FailureTest | undefined>>;

const always: FailureTest = () => true;

/** Before a client says otherwise: failed steps stop. */
export const usualFilters: Filters = { failed: always, warning: undefined, uncached: undefined };

/** The filters that are on, and how each setting was understood. A condition that is not understood stops always. */
export function readFilters(settings: readonly FilterSetting[]): {
  readonly filters: Filters;
  readonly facts: readonly FilterFact[];
} {
  const filters: Record<FilterName, FailureTest | undefined> = {
    failed: undefined,
    warning: undefined,
    uncached: undefined,
  };
  const facts = settings.map(({ filter, condition }): FilterFact => {
    const name = filterNames.find((known) => known === filter);
    if (name === undefined) return { verified: false, message: `There is no filter "${filter}".` };
    filters[name] = always;
    if (condition === undefined || condition.trim() === '') return { verified: true };
    const parsed = parseFailureCondition(condition);
    if (!parsed.ok) return { verified: false, message: `${parsed.message} It stops always.` };
    filters[name] = parsed.test;
    return { verified: true };
  });
  return { filters, facts };
}

const filterNames: readonly FilterName[] = ['failed', 'warning', 'uncached'];
