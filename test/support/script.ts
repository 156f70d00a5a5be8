import { spawnSync } from 'node:child_process';
import { strict as assert } from 'node:assert';
import {
  againName,
  argsOf,
  briefName,
  countName,
  frameName,
  hookName,
  lastName,
  statusName,
  wantedName,
  wantsName,
} from '../../debug-adapter/dockerfile/script/model.js';
import type { NotSteppable, ScriptPlace, Steppable } from '../../debug-adapter/dockerfile/script/model.js';
import { stepInto } from '../../debug-adapter/dockerfile/script/step-into.js';
import { parseDockerfile } from '../../debug-adapter/dockerfile/parse.js';
import { grammarFiles } from './grammar.js';

/** The last instruction of a Dockerfile, to be stepped into. */
export async function stepLast(text: string, place: Partial<ScriptPlace> = {}): Promise<Steppable | NotSteppable> {
  const { instructions, escape } = parseDockerfile(text);
  const instruction = instructions.at(-1);
  assert(instruction !== undefined);
  return stepInto(instruction, { shell: ['/bin/sh', '-c'], os: 'linux', escape, ...place }, grammarFiles);
}

/** A script as the only here-document of a RUN, which is given to the shell as it is. */
export async function stepScript(script: string, shell: readonly string[] = ['sh', '-c']): Promise<Steppable> {
  const steps = await stepLast(`FROM x\nRUN <<'SCRIPT-END'\n${script}\nSCRIPT-END\n`, { shell });
  assert(!('reason' in steps), 'reason' in steps ? `${steps.reason}\n${script}` : '');
  return steps;
}

const told = `${statusName}=$?; echo "$1" >&8; return 0`;
const all = Array.from({ length: 200 }, (_, index) => `${index} `).join('');

/** Writes the number of each call to a file of its own; in one line, as any prelude is. */
export const prelude = [
  `${statusName}=0; ${countName}=0; ${frameName}=; ${lastName}=; ${wantsName}=' ${all}'`,
  ...[hookName, againName, wantedName, briefName].map((name) => `${name}() { ${told}; }`),
  '',
].join('; ');

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
  /** Numbers of the calls. */
  readonly hooks: readonly number[];
}

/** Runs a command line in a folder, with commands of a test in front of others. */
export function run(args: readonly string[], folder: string, commands = ''): Outcome {
  const [program = '', ...rest] = args;
  const stdio = ['ignore', 'pipe', 'pipe', 'ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'pipe'] as const;
  const env = { PATH: `${commands}:${process.env['PATH'] ?? ''}`, HOME: folder };
  const result = spawnSync(program, rest, { cwd: folder, env, stdio: [...stdio], encoding: 'utf8' });
  const numbers = String(result.output[8] ?? '').split('\n');
  const { stdout, stderr, status } = result;
  return { stdout, stderr, status, hooks: numbers.filter((line) => line !== '').map(Number) };
}

export const runSteps = (steps: Steppable, folder: string, commands?: string): Outcome =>
  run(argsOf(steps, prelude), folder, commands);
