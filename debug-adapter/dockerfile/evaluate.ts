/** Exact values at every instruction, as the engine's frontend computes them. */
import { evaluateGlobals, type Globals } from './global-scope.js';
import { type Link, linkStages } from './links.js';
import { findStage, findStageByName } from './locate.js';
import type { Config, Evaluation, EvaluationInput, Instruction, Problem } from './model.js';
import { walkStage, type Base, type Walk } from './walk.js';

export { parseImageConfig } from './image-config.js';
export { runArgs, runEnvironment } from './run.js';

/** Evaluates a Dockerfile. Stages are walked when they are asked for; nothing is thrown for a text that the engine refuses. */
export function evaluate(input: EvaluationInput): Evaluation {
  const { stages } = input.dockerfile;
  const globals = evaluateGlobals(input);
  const links = linkStages(input, globals);
  const walkOf = walker(input, globals, links);

  const at = (instruction: Instruction, when: 'before' | 'after'): Config => {
    const { index, stage } = instruction;
    const global = globals[when].get(index);
    if (stage === undefined) return global ?? globals.scope.snapshot();
    const first = stages[stage]?.instructions[0]?.index ?? index;
    return walkOf(stage)?.[when][index - first] ?? globals.scope.snapshot();
  };

  /** Without walking: the calls of a long Dockerfile are wanted before anybody asks for its values. */
  const mayTrigger = (stage: number): boolean => {
    const below = links[stage]?.baseStage;
    if (below === undefined) return (input.baseConfig(stage)?.onBuild ?? []).length > 0;
    return stages[below]?.instructions.some(({ keyword }) => keyword === 'ONBUILD') === true;
  };
  const triggers: Evaluation['triggers'] = (stage) => (mayTrigger(stage) ? (walkOf(stage)?.triggers ?? []) : []);
  const callees: Evaluation['callees'] = (instruction) => {
    const link = links[instruction.stage ?? -1];
    if (link?.replaced === true) return [];
    const all = calleesOf(input, instruction, link?.baseStage, triggers);
    return all.filter((stage) => links[stage]?.replaced !== true);
  };
  return {
    base: (stage) => links[stage]?.base ?? '',
    baseStage: (stage) => links[stage]?.baseStage,
    replaced: (stage) => links[stage]?.replaced === true,
    callees,
    before: (instruction) => at(instruction, 'before'),
    after: (instruction) => at(instruction, 'after'),
    triggers,
    problems: (stage) => [
      ...globals.problems,
      ...(walkOf(stage)?.problems ?? []),
      ...lateSources(input, stage, callees),
    ],
  };
}

/** Walks stages on demand, each once, from the base up: no recursion, for a chain of stages may be long. */
function walker(input: EvaluationInput, globals: Globals, links: readonly Link[]): (index: number) => Walk | undefined {
  const { stages } = input.dockerfile;
  const walks = new Map<number, Walk>();

  const walkOf = (index: number): Walk | undefined => {
    const chain: number[] = [];
    for (let at: number | undefined = index; at !== undefined && !walks.has(at); at = links[at]?.baseStage)
      chain.push(at);
    for (const at of chain.reverse()) {
      const stage = stages[at];
      const link = links[at];
      if (stage === undefined || link === undefined) continue;
      walks.set(at, walkStage(stage, baseOf(at), link, globals, input));
    }
    return walks.get(index);
  };

  const baseOf = (index: number): Base => {
    const link = links[index];
    const walk = link?.baseStage === undefined ? undefined : walks.get(link.baseStage);
    const stage = link?.baseStage === undefined ? undefined : stages[link.baseStage];
    if (walk !== undefined && stage !== undefined) return { kind: 'stage', walk, stage };
    return { kind: 'image', config: link?.base === 'scratch' && !link.replaced ? undefined : input.baseConfig(index) };
  };
  return walkOf;
}

function calleesOf(
  { dockerfile }: EvaluationInput,
  instruction: Instruction,
  baseStage: number | undefined,
  triggers: Evaluation['triggers'],
): readonly number[] {
  const sources = ({ keyword, references }: Instruction): readonly (number | undefined)[] => {
    const find = keyword === 'COPY' ? findStage : findStageByName;
    return keyword === 'COPY' || keyword === 'RUN' ? references.map((name) => find(dockerfile, name)?.index) : [];
  };
  const all =
    instruction.keyword === 'FROM' && instruction.stage !== undefined
      ? [baseStage, ...triggers(instruction.stage).flatMap((trigger) => sources(trigger.instruction))]
      : sources(instruction);
  return [...new Set(all)].filter((index) => index !== undefined);
}

/** Instructions that want something of a stage that the engine has not come to yet. */
function lateSources(
  { dockerfile }: EvaluationInput,
  stage: number,
  callees: (instruction: Instruction) => readonly number[],
): readonly Problem[] {
  const problems: Problem[] = [];
  for (const instruction of dockerfile.stages[stage]?.instructions ?? []) {
    const late = callees(instruction).find((callee) => callee > stage);
    if (late === undefined) continue;
    const { startLine, endLine } = instruction;
    const name = dockerfile.stages[late]?.name ?? String(late);
    const hint = 'Move that stage up.';
    problems.push({ code: 'late-stage', line: startLine, endLine, message: `Stage "${name}" comes only later.`, hint });
  }
  return problems;
}
