/** Why steps of one build ran: loaded when somebody wants to know, or when something is to be kept for the next build. */
import type { Instruction } from '../../dockerfile/model.js';
import type { Program } from '../program/program.js';
import type { Reasons, ReasonsInput } from '../why/reasons.js';

export interface RunReasons extends Pick<Reasons, 'why'> {
  /** A step runs and takes its time: what will be wanted at the end is read meanwhile. */
  prepare(): void;
  /** Lines on what was not in the cache; '' for nothing to say. */
  summary(): Promise<string>;
  /** For the next build, where this one has run anything. Once, when all has ended. */
  keep(): Promise<void>;
}

/** Loads nothing yet. */
export function createRunReasons(input: ReasonsInput): RunReasons {
  let loading: Promise<Reasons> | undefined;
  let kept: Promise<void> | undefined;
  const load = (): Promise<Reasons> =>
    (loading ??= import('../why/reasons.js').then(({ createReasons }) => createReasons(input)));
  const hasRun = (): boolean =>
    input.settings.dockerfileIsLocal &&
    input.programs.some((program) => [...program.steps.values()].some(({ instruction }) => ran(program, instruction)));
  // An image is looked up each time: that is nothing to explain, and a build from the cache has no time to lose.
  const ran = (program: Program, instruction: Instruction): boolean =>
    instruction.keyword !== 'FROM' && /^(?:done|failed)$/.test(input.status(program, instruction));
  return {
    prepare() {
      if (input.settings.dockerfileIsLocal)
        load().then(
          (reasons) => reasons.prepare(),
          () => undefined,
        );
    },
    why: async (program, instruction) => await (await load()).why(program, instruction),
    async summary() {
      if (!hasRun()) return '';
      const lines = await load()
        .then((reasons) => reasons.summary())
        .catch(() => []);
      return lines.map((line) => `${line}\n`).join('');
    },
    keep() {
      if (!hasRun()) return Promise.resolve();
      const keepIt = async (): Promise<void> => await (await load()).keep();
      return (kept ??= keepIt().catch(() => undefined));
    },
  };
}
