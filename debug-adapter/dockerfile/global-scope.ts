/** ARGs before the first FROM, and the platform's ARGs that FROM can use without declaring them. */
import { expand } from './expand.js';
import type { Config, Dockerfile, EvaluationInput, Instruction, Origin, Problem, Variable } from './model.js';
import { formatPlatform, parsePlatform } from './platform.js';
import { Scope } from './scope.js';
import { quotedWords, splitAssignment } from './words.js';

/** The space before the first FROM, walked. */
export interface Globals {
  readonly scope: Scope;
  /** By index of the instruction. */
  readonly before: ReadonlyMap<number, Config>;
  readonly after: ReadonlyMap<number, Config>;
  readonly problems: readonly Problem[];
}

/** Walks the ARGs before the first FROM. */
export function evaluateGlobals(input: EvaluationInput): Globals {
  const { dockerfile, targetPlatform } = input;
  const { os } = parsePlatform(targetPlatform);
  const scope = new Scope({
    ...{ user: '', workdir: '/', shell: undefined, os, entrypoint: undefined, cmd: undefined, stopSignal: undefined },
    origins: new Map(),
  });
  for (const [name, value] of platformArgs(input)) {
    const variable = buildArg(input, name) ?? { value, origin: { kind: 'platform' } };
    set(scope, name, variable);
  }
  const before = new Map<number, Config>();
  const after = new Map<number, Config>();
  const problems: Problem[] = [];
  for (const instruction of dockerfile.instructions) {
    if (instruction.stage !== undefined) break;
    before.set(instruction.index, scope.snapshot());
    if (instruction.keyword === 'ARG') problems.push(...applyArg(scope, instruction, input));
    after.set(instruction.index, scope.snapshot());
  }
  return { scope, before, after, problems };
}

/** The value that the user gave for an ARG. */
export function buildArg(input: EvaluationInput, name: string): Variable | undefined {
  const value = Object.hasOwn(input.buildArgs, name) ? input.buildArgs[name] : undefined;
  return value === undefined ? undefined : { value, origin: { kind: 'build-arg' } };
}

function set(scope: Scope, name: string, variable: Variable): void {
  scope.maps.args.set(name, variable);
  scope.maps.environment.set(name, variable);
}

function platformArgs(input: EvaluationInput): readonly (readonly [string, string])[] {
  const build = parsePlatform(input.buildPlatform);
  const target = parsePlatform(input.targetPlatform);
  const stage = input.target || (input.dockerfile.stages.at(-1)?.name ?? '') || 'default';
  return [
    ['BUILDPLATFORM', formatPlatform(build, false)],
    ['BUILDOS', build.os],
    ['BUILDOSVERSION', build.osVersion],
    ['BUILDARCH', build.arch],
    ['BUILDVARIANT', build.variant],
    ['TARGETPLATFORM', formatPlatform(target, true)],
    ['TARGETOS', target.os],
    ['TARGETOSVERSION', target.osVersion],
    ['TARGETARCH', target.arch],
    ['TARGETVARIANT', target.variant],
    ['TARGETSTAGE', stage],
  ];
}

function applyArg(scope: Scope, instruction: Instruction, input: EvaluationInput): readonly Problem[] {
  const problems: Problem[] = [];
  const { escape }: Dockerfile = input.dockerfile;
  const origin: Origin = { kind: 'default', line: instruction.startLine };
  for (const word of quotedWords(instruction.args, escape)) {
    const { name, value } = splitAssignment(word);
    const given = buildArg(input, name);
    if (given !== undefined) {
      set(scope, name, given);
    } else if (value !== undefined) {
      const expanded = expand(value, scope.lookup, { escape });
      if (!expanded.ok) problems.push(expansionProblem(instruction, expanded.message));
      set(scope, name, { value: expanded.ok ? expanded.value : value, origin });
    } else if (!scope.maps.args.has(name)) {
      scope.maps.args.set(name, undefined);
    }
  }
  return problems;
}

/** The engine's word on a text that cannot be expanded, at its instruction. */
export function expansionProblem(instruction: Instruction, message: string): Problem {
  const { startLine, endLine } = instruction;
  return { code: 'expansion', line: startLine, endLine, message, hint: '' };
}
