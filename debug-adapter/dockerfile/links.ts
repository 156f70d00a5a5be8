/** FROM lines resolved: which image, which stage, which operating system. */
import { expand } from './expand.js';
import { expansionProblem, type Globals } from './global-scope.js';
import { isImageName } from './image-name.js';
import type { EvaluationInput, Problem, Stage } from './model.js';
import { parsePlatform } from './platform.js';

/** What a stage builds on. */
export interface Link {
  readonly base: string;
  readonly baseStage: number | undefined;
  readonly os: string;
  /** A named context takes the place of the stage. */
  readonly replaced: boolean;
  readonly problems: readonly Problem[];
}

/** Resolves all FROM lines, in order: a name means the last stage above that has it. */
export function linkStages(input: EvaluationInput, globals: Globals): readonly Link[] {
  const names = new Map<string, number>();
  const links: Link[] = [];
  for (const stage of input.dockerfile.stages) {
    const problems: Problem[] = [];
    const base = expandPart(stage, stage.base, input, globals, problems);
    const replaced = stage.name !== undefined && input.contexts?.has(stage.name) === true;
    const baseStage = replaced ? undefined : names.get(base);
    const own = stage.platform === undefined ? '' : expandPart(stage, stage.platform, input, globals, problems);
    const platform = base === 'scratch' || own === '' ? input.targetPlatform : own;
    const os = (baseStage === undefined ? undefined : links[baseStage]?.os) ?? parsePlatform(platform).os;
    const name = refuseBase(stage, base, baseStage, input.dockerfile.stages);
    if (name !== undefined && !replaced && problems.length === 0) problems.push(name);
    links.push({ base, baseStage, os, replaced, problems });
    if (stage.name !== undefined) names.set(stage.name, stage.index);
  }
  return links;
}

function expandPart(stage: Stage, text: string, input: EvaluationInput, globals: Globals, problems: Problem[]): string {
  const from = stage.instructions[0];
  const expanded = expand(text, globals.scope.lookup, { escape: input.dockerfile.escape });
  if (!expanded.ok && from !== undefined) problems.push(expansionProblem(from, expanded.message));
  if (expanded.ok && expanded.value === '' && from !== undefined) {
    problems.push(expansionProblem(from, `"${text}" comes out empty.`));
  }
  return expanded.ok ? expanded.value : text;
}

/** A base that can name no image; most often a stage whose name is written in capitals, for FROM compares exactly. */
function refuseBase(
  stage: Stage,
  base: string,
  baseStage: number | undefined,
  stages: readonly Stage[],
): Problem | undefined {
  const from = stage.instructions[0];
  if (baseStage !== undefined || base === 'scratch' || isImageName(base) || from === undefined) return undefined;
  const lower = base.toLowerCase();
  const meant = stages.slice(0, stage.index).some(({ name }) => name === lower);
  const hint = meant ? `FROM wants the stage's name in lower case: FROM ${lower}.` : '';
  const { startLine, endLine } = from;
  return { code: 'image-name', line: startLine, endLine, message: `"${base}" is no name of an image.`, hint };
}
