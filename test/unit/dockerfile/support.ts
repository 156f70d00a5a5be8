import { evaluate } from '../../../debug-adapter/dockerfile/evaluate.js';
import type { Config, Evaluation, EvaluationInput, Instruction } from '../../../debug-adapter/dockerfile/model.js';
import { parseDockerfile } from '../../../debug-adapter/dockerfile/parse.js';

/** Evaluates a text for linux/amd64 with what a test wants to be different. */
export function evaluateText(text: string, input: Partial<EvaluationInput> = {}): Walked {
  const dockerfile = input.dockerfile ?? parseDockerfile(text);
  const evaluation = evaluate({
    dockerfile,
    buildArgs: {},
    targetPlatform: 'linux/amd64',
    buildPlatform: 'linux/amd64',
    target: '',
    baseConfig: () => undefined,
    ...input,
  });
  const at = (index: number): Instruction => {
    const instruction = dockerfile.instructions.at(index);
    if (instruction === undefined) throw new Error(`no instruction ${index}`);
    return instruction;
  };
  return {
    evaluation,
    instruction: at,
    after: (index) => evaluation.after(at(index)),
    before: (index) => evaluation.before(at(index)),
  };
}

export interface Walked {
  readonly evaluation: Evaluation;
  /** By index; negative counts from the end. */
  readonly instruction: (index: number) => Instruction;
  readonly after: (index: number) => Config;
  readonly before: (index: number) => Config;
}

/** Values only. */
export function values(
  map: ReadonlyMap<string, { readonly value: string } | undefined>,
): Record<string, string | undefined> {
  return Object.fromEntries([...map].map(([name, variable]) => [name, variable?.value]));
}
