/** Compares what the evaluator says with what the engine's frontend made of the same text. */
import { isDeepStrictEqual } from 'node:util';
import { evaluate, parseImageConfig, runArgs, runEnvironment } from '../../debug-adapter/dockerfile/evaluate.js';
import { findStage } from '../../debug-adapter/dockerfile/locate.js';
import type { Config, Dockerfile, Evaluation, Instruction } from '../../debug-adapter/dockerfile/model.js';
import { parseDockerfile } from '../../debug-adapter/dockerfile/parse.js';

/** What to evaluate with. */
export interface Setting {
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly target: string;
  readonly platform: string;
  readonly buildPlatform: string;
  /** Image configs by the name that FROM uses. */
  readonly images: Readonly<Record<string, unknown>>;
  /** The images are named contexts, which take the place of stages of the same name too. */
  readonly contexts?: boolean;
}

interface Lines {
  readonly startLine: number;
  readonly endLine: number;
}

interface Meta {
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string;
  readonly user: string;
}

/** The engine's answer, what of it is compared. */
export interface Truth {
  readonly vertices: readonly { readonly meta: Meta | undefined; readonly locations: readonly Lines[] }[];
  readonly config: unknown;
}

interface Site extends Lines {
  readonly meta: Meta;
  readonly stage: number;
}

/** Parses and evaluates. */
export function walk(text: string, setting: Setting): { dockerfile: Dockerfile; evaluation: Evaluation } {
  const dockerfile = parseDockerfile(text);
  const evaluation: Evaluation = evaluate({
    dockerfile,
    buildArgs: setting.buildArgs,
    targetPlatform: setting.platform,
    buildPlatform: setting.buildPlatform,
    target: setting.target,
    ...(setting.contexts === true ? { contexts: new Set(Object.keys(setting.images)) } : {}),
    baseConfig: (stage) => {
      const own = evaluation.replaced(stage) ? dockerfile.stages[stage]?.name : undefined;
      const name = own ?? evaluation.base(stage).replace(/:latest$/, '');
      return parseImageConfig(Object.hasOwn(setting.images, name) ? setting.images[name] : {});
    },
  });
  return { dockerfile, evaluation };
}

/** Whether the file, or a stage that the target needs, has a problem of which we know. */
export function refusal(text: string, setting: Setting): string | undefined {
  const { dockerfile, evaluation } = walk(text, setting);
  const [problem] = dockerfile.problems;
  if (problem !== undefined) return problem.message;
  const needed = chain(dockerfile, evaluation, setting.target, true);
  return needed.flatMap((stage) => evaluation.problems(stage))[0]?.message;
}

/** Every difference, in words; none means that we are right. */
export function differences(text: string, setting: Setting, truth: Truth): readonly string[] {
  const { dockerfile, evaluation } = walk(text, setting);
  const sites = runSites(dockerfile, evaluation);
  const found: string[] = [];
  for (const { meta, locations } of truth.vertices) {
    for (const place of locations) {
      const known = dockerfile.instructions.some((instruction) => samePlace(instruction, place));
      if (!known) found.push(`lines ${place.startLine}-${place.endLine} are no instruction of ours`);
      if (meta === undefined) continue;
      const here = sites.filter((site) => samePlace(site, place));
      if (here.some((site) => isDeepStrictEqual(site.meta, meta))) continue;
      found.push(
        `line ${place.startLine}: engine ${JSON.stringify(meta)}, we ${JSON.stringify(here.map((site) => site.meta))}`,
      );
    }
  }
  const own = chain(dockerfile, evaluation, setting.target, false);
  for (const site of sites.filter(({ stage }) => own.includes(stage))) {
    const seen = truth.vertices.some(
      ({ meta, locations }) => meta !== undefined && locations.some((place) => samePlace(site, place)),
    );
    if (!seen) found.push(`line ${site.startLine}: the engine has no such RUN`);
  }
  return [...found, ...configDifferences(dockerfile, evaluation, setting, truth.config)];
}

function samePlace(a: Lines, b: Lines): boolean {
  return a.startLine === b.startLine && a.endLine === b.endLine;
}

function runSites(dockerfile: Dockerfile, evaluation: Evaluation): readonly Site[] {
  const site = (stage: number, instruction: Instruction, config: Config): Site[] => {
    if (instruction.keyword !== 'RUN') return [];
    if (evaluation.replaced(stage)) return [];
    const meta = {
      args: [...runArgs(instruction, config)],
      env: [...runEnvironment(config, instruction)],
      cwd: config.workdir,
      user: config.user,
    };
    return [{ stage, startLine: instruction.startLine, endLine: instruction.endLine, meta }];
  };
  return dockerfile.stages.flatMap((stage) => [
    ...evaluation.triggers(stage.index).flatMap((trigger) => site(stage.index, trigger.instruction, trigger.before)),
    ...stage.instructions.flatMap((instruction) => site(stage.index, instruction, evaluation.before(instruction))),
  ]);
}

function targetOf(dockerfile: Dockerfile, target: string): number {
  return target === '' ? dockerfile.stages.length - 1 : (findStage(dockerfile, target)?.index ?? -1);
}

/** The target and the stages below it; with `all`, also those that are copied from. */
function chain(dockerfile: Dockerfile, evaluation: Evaluation, target: string, all: boolean): readonly number[] {
  const found = new Set<number>();
  const add = (index: number | undefined): void => {
    const stage = index === undefined ? undefined : dockerfile.stages[index];
    if (stage === undefined || found.has(stage.index)) return;
    found.add(stage.index);
    add(evaluation.baseStage(stage.index));
    if (all) for (const instruction of stage.instructions) evaluation.callees(instruction).forEach(add);
  };
  add(targetOf(dockerfile, target));
  return [...found];
}

/** The image that the build makes against the state after the last instruction. */
function configDifferences(
  dockerfile: Dockerfile,
  evaluation: Evaluation,
  setting: Setting,
  json: unknown,
): readonly string[] {
  const last = dockerfile.stages[targetOf(dockerfile, setting.target)]?.instructions.at(-1);
  if (last === undefined) return ['no target'];
  const ours = evaluation.after(last);
  const theirs = parseImageConfig(json);
  const pairs: [string, unknown, unknown][] = [
    ['Env', theirs.env, [...ours.env].map(([name, { value }]) => `${name}=${value}`)],
    ['User', theirs.user, ours.user],
    [
      'WorkingDir',
      (ours.os === 'windows' ? theirs.workdir.replaceAll('\\', '/') : theirs.workdir) || '/',
      ours.workdir,
    ],
    ['Shell', theirs.shell ?? ours.shell, ours.shell],
    ['Entrypoint', theirs.entrypoint ?? [], ours.entrypoint ?? []],
    ['Cmd', theirs.cmd ?? [], ours.cmd ?? []],
    ['Labels', theirs.labels, Object.fromEntries([...ours.labels].map(([name, { value }]) => [name, value]))],
    ['ExposedPorts', [...theirs.exposed].sort(), [...ours.exposed].sort()],
    ['Volumes', [...theirs.volumes].sort(), [...ours.volumes].sort()],
    ['StopSignal', theirs.stopSignal, ours.stopSignal],
  ];
  return pairs.flatMap(([name, engine, we]) =>
    isDeepStrictEqual(engine, we) ? [] : [`${name}: engine ${JSON.stringify(engine)}, we ${JSON.stringify(we)}`],
  );
}
