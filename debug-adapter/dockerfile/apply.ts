/** What each instruction does to the scope. */
import { expand, expandWords } from './expand.js';
import { buildArg, expansionProblem } from './global-scope.js';
import type { EvaluationInput, Instruction, Line1, Origin, Problem, Variable } from './model.js';
import { nextWorkdir } from './paths.js';
import { parsePorts } from './ports.js';
import { isSignal, refusals } from './refusals.js';
import type { Scope } from './scope.js';
import { pairs, plainWords, quotedWords, splitAssignment } from './words.js';

/** The surroundings of an instruction. */
export interface Step {
  readonly scope: Scope;
  readonly instruction: Instruction;
  readonly input: EvaluationInput;
  readonly globals: ReadonlyMap<string, Variable>;
  /** Line to blame. */
  readonly line: Line1;
  /** A trigger that the base image brought. */
  readonly fromImage: boolean;
  /** Escape character of the text that the instruction was parsed from; expansion always uses the file's. */
  readonly escape: '\\' | '`';
  readonly problems: Problem[];
}

/** Changes the scope as the engine would. */
export function applyInstruction(step: Step): void {
  const { keyword } = step.instruction;
  switch (keyword) {
    case 'ARG':
      return applyArg(step);
    case 'ENV':
      return applyPairs(step, (name, variable) => step.scope.setEnv(name, variable));
    case 'LABEL':
      return applyPairs(step, (name, variable) => step.scope.maps.labels.set(name, variable));
    case 'WORKDIR': {
      const { workdir, os } = step.scope.fields;
      return step.scope.track(
        { workdir: nextWorkdir(workdir, expandOne(step, step.instruction.args), os) },
        'workdir',
        step.line,
      );
    }
    case 'USER':
      return step.scope.track({ user: expandOne(step, step.instruction.args) }, 'user', step.line);
    case 'STOPSIGNAL':
      return applyStopSignal(step);
    case 'SHELL':
      return applyShell(step);
    case 'CMD':
      step.scope.hasCmd = true;
      return step.scope.track({ cmd: commandLine(step) }, 'cmd', step.line);
    case 'ENTRYPOINT':
      return applyEntrypoint(step);
    case 'EXPOSE':
      return applyExpose(step);
    case 'VOLUME':
      return applyVolume(step);
    default:
      return check(step);
  }
}

/** Instructions that change nothing that we keep may be refused all the same. */
function check(step: Step): void {
  const { instruction, scope, problems } = step;
  const found = refusals(instruction, (text) => expandOne(step, text), scope.lookup);
  problems.push(...found.map((message) => expansionProblem(instruction, message)));
}

function applyStopSignal(step: Step): void {
  const stopSignal = expandOne(step, step.instruction.args);
  if (!isSignal(stopSignal)) step.problems.push(expansionProblem(step.instruction, `"${stopSignal}" is no signal.`));
  step.scope.track({ stopSignal }, 'stopSignal', step.line);
}

function expandOne(step: Step, text: string): string {
  const expanded = expand(text, step.scope.lookup, { escape: step.input.dockerfile.escape });
  if (expanded.ok) return expanded.value;
  step.problems.push(expansionProblem(step.instruction, expanded.message));
  return text;
}

function originOf(step: Step, kind: 'line' | 'default'): Origin {
  return step.fromImage ? { kind: 'base-image' } : { kind, line: step.line };
}

/** ARGs that only speak to the engine. */
const hidden = new Set(['BUILDKIT_SBOM_SCAN_CONTEXT', 'BUILDKIT_SBOM_SCAN_STAGE']);

function applyArg(step: Step): void {
  const { args, environment } = step.scope.maps;
  for (const word of quotedWords(step.instruction.args, step.escape)) {
    const { name, value } = splitAssignment(word);
    const given = buildArg(step.input, name);
    const variable = given === undefined ? defaultOf(step, name, value) : overriding(step, given, value);
    if (variable !== undefined) {
      args.set(name, variable);
      if (!hidden.has(name)) environment.set(name, variable);
    } else if (!args.has(name)) {
      args.set(name, undefined);
    }
  }
}

function defaultOf(step: Step, name: string, value: string | undefined): Variable | undefined {
  if (value === undefined) return step.globals.get(name);
  return { value: expandOne(step, value), origin: originOf(step, 'default') };
}

function overriding(step: Step, given: Variable, value: string | undefined): Variable {
  if (value === undefined || step.fromImage) return given;
  return { ...given, origin: { kind: 'build-arg', overrides: { line: step.line, value: expandOne(step, value) } } };
}

/** All pairs of one instruction are expanded with what held before it. */
function applyPairs(step: Step, set: (name: string, variable: Variable) => void): void {
  const result = pairs(step.instruction.args, step.escape);
  if (!result.ok) return;
  const origin = originOf(step, 'line');
  const expanded = result.pairs.map(({ name, value }) => ({
    name: expandOne(step, name),
    value: expandOne(step, value),
  }));
  for (const { name, value } of expanded) set(name, { value, origin });
}

function applyShell(step: Step): void {
  const { json } = step.instruction;
  if (json !== undefined && json.length > 0) step.scope.track({ shell: json }, 'shell', step.line);
}

function commandLine(step: Step): readonly string[] {
  const { json, args } = step.instruction;
  return json ?? [...step.scope.snapshot().shell, args];
}

function applyEntrypoint(step: Step): void {
  const command = commandLine(step);
  const entrypoint = command.length === 0 ? undefined : command;
  const change = step.scope.hasCmd ? { entrypoint } : { entrypoint, cmd: undefined };
  step.scope.track(change, 'entrypoint', step.line);
}

function applyExpose(step: Step): void {
  const { scope, input, instruction } = step;
  // The engine sorts the words before it expands them.
  const words = [...plainWords(instruction.args)].sort();
  for (const word of words) {
    const expanded = expandWords(word, scope.lookup, { escape: input.dockerfile.escape });
    for (const port of expanded.ok ? expanded.words : []) {
      const ports = parsePorts(port);
      if (ports === undefined) step.problems.push(expansionProblem(instruction, `"${port}" is no port.`));
      for (const exposed of ports ?? []) if (!scope.maps.exposed.has(exposed)) scope.maps.exposed.set(exposed, true);
    }
    if (!expanded.ok) step.problems.push(expansionProblem(instruction, expanded.message));
  }
}

function applyVolume(step: Step): void {
  const paths = step.instruction.json ?? plainWords(step.instruction.args);
  for (const written of paths) {
    const path = expandOne(step, written.trim());
    if (path === '') step.problems.push(expansionProblem(step.instruction, `The volume "${written}" comes out empty.`));
    else step.scope.maps.volumes.set(path, true);
  }
}
