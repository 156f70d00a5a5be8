/** How many tests did what; what CI adds up. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The numbers of several runs in one. */
export function total(counts: readonly Counts[]): Counts {
  const sum = (of: (one: Counts) => number): number => counts.reduce((all, one) => all + of(one), 0);
  return { passed: sum((one) => one.passed), failed: sum((one) => one.failed), skipped: sum((one) => one.skipped) };
}

/** The numbers of a run of mocha. */
export function countsOf(runner: Mocha.Runner): Counts {
  const stats = runner.stats;
  return { passed: stats?.passes ?? 0, failed: stats?.failures ?? 0, skipped: stats?.pending ?? 0 };
}
