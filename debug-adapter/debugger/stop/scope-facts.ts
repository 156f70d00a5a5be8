/** What a config does not say of variables: what the step is about to set, and what is out of scope. */
import type { Config, Evaluation, Variable } from '../../dockerfile/model.js';
import type { ScopeFacts } from '../api.js';
import type { Program, Step } from '../program/program.js';

/** Reads the evaluation only. */
export function scopeFacts(
  evaluation: Evaluation,
  { program, after }: { readonly program: Program; readonly after: boolean },
  { instruction, brought }: Step,
): ScopeFacts {
  if (brought !== undefined) return { toCome: new Map(), outside: new Map() };
  const now = after ? evaluation.after(instruction) : evaluation.before(instruction);
  const globals = program.dockerfile.globalArgs.at(-1);
  const all = globals === undefined ? new Map<string, Variable | undefined>() : evaluation.after(globals).args;
  // What a FROM brings is there already, and all that was declared before it is in its scope.
  const isFrom = instruction.keyword === 'FROM' && !after;
  return {
    toCome: after || isFrom ? new Map() : new Map(changed(now, evaluation.after(instruction))),
    outside: new Map(
      !isFrom ? [...all].filter(([name, value]) => value?.origin.kind !== 'platform' && !now.args.has(name)) : [],
    ),
  };
}

function changed(before: Config, after: Config): readonly (readonly [string, Variable])[] {
  return [...after.environment].filter(([name, { value, origin }]) => {
    const known = before.environment.get(name);
    // Values of a base image and of the platform are no doing of a step.
    return origin.kind !== 'base-image' && origin.kind !== 'platform' && known?.value !== value;
  });
}
