/** Reads the Dockerfile, and says what is wrong with it where the engine would refuse it. */
import { readFileSync } from 'node:fs';
import type { Dockerfile, Problem } from '../../dockerfile/model.js';
import { nearest } from '../../dockerfile/locate.js';
import { parseDockerfile } from '../../dockerfile/parse.js';
import type { BuildSettings, ProblemFact } from '../api.js';
import { systemCode, UserError } from '../errors.js';
import { sameFile } from '../common/paths.js';
import { readText } from './small-files.js';
import { targetStage } from './target.js';

export interface ReadDockerfile {
  readonly dockerfile: Dockerfile;
  /** Throws what is wrong: to be called while the engine works on the text too. */
  readonly check: () => void;
}

/** `check` throws the first problem; all of them are told through `report`. A Dockerfile in a remote context is empty yet. */
export async function readDockerfile(
  settings: BuildSettings,
  report: (problem: ProblemFact) => void,
): Promise<ReadDockerfile> {
  if (!settings.dockerfileIsLocal) return { dockerfile: parseDockerfile(''), check: () => undefined };
  const dockerfile = parseDockerfile(await readWhole(settings.dockerfile));
  return { dockerfile, check: once(() => checkDockerfile(dockerfile, settings, report)) };
}

/** Does it at the first call, and throws the same at each. */
function once(check: () => void): () => void {
  let isDone = false;
  let failure: Error | undefined;
  return () => {
    try {
      if (!isDone) check();
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
    isDone = true;
    if (failure !== undefined) throw failure;
  };
}

function checkDockerfile(
  dockerfile: Dockerfile,
  settings: BuildSettings,
  report: (problem: ProblemFact) => void,
): void {
  for (const problem of dockerfile.problems) report({ path: settings.dockerfile, ...problemFact(problem) });
  const [first] = dockerfile.problems;
  if (first !== undefined) {
    // Without its place: the problem has been told on its line.
    throw new UserError(first.code, `${settings.dockerfile}:${first.line}: ${first.message}`, first.hint);
  }
  checkTarget(dockerfile, settings);
}

async function readWhole(path: string): Promise<string> {
  try {
    return await readText(path);
  } catch (error) {
    const code = systemCode(error);
    const why = code === 'ENOENT' || code === 'ENOTDIR' ? 'does not exist' : 'cannot be read';
    const more = code === 'EISDIR' ? ': it is a folder' : '';
    throw new UserError(
      'dockerfile-not-found',
      `The Dockerfile ${path} ${why}${more}.`,
      'Set "dockerfile" (-f) to its path.',
      undefined,
      {
        cause: error,
      },
    );
  }
}

/**
 * What a file holds when lines are chosen in it: an editor may have saved it since it was loaded. Undefined for other
 * files than the Dockerfile, and before it was loaded.
 */
export function currentText(
  path: string,
  dockerfile: Dockerfile | undefined,
  settings: BuildSettings | undefined,
): string | undefined {
  if (dockerfile === undefined || settings === undefined || !sameFile(path, settings.dockerfile)) return undefined;
  if (!settings.dockerfileIsLocal) return dockerfile.text;
  try {
    return readFileSync(settings.dockerfile, 'utf8');
  } catch {
    // It was deleted: lines can only mean what was loaded.
    return dockerfile.text;
  }
}

function problemFact(problem: Problem): ProblemFact {
  const { code, message, hint } = problem;
  return { severity: 'error', code, message, hint, line: Number(problem.line), endLine: Number(problem.endLine) };
}

/** Names the stages that look like the one asked for. */
export function checkTarget(dockerfile: Dockerfile, settings: BuildSettings): void {
  const { target } = settings;
  if (target === undefined || targetStage(dockerfile, target) !== undefined) return;
  const names = dockerfile.stages.flatMap((stage) => stage.name ?? []);
  const near = nearest(target, names);
  const list = names.length === 0 ? 'No stage has a name.' : `Stages: ${names.join(', ')}.`;
  const hint = numbered(dockerfile, target) ?? (near === undefined ? list : `Did you mean "${near}"? ${list}`);
  throw new UserError('target-unknown', `The Dockerfile has no stage "${target}".`, hint);
}

/** A number counts stages in COPY --from only. */
function numbered({ stages }: Dockerfile, target: string): string | undefined {
  const stage = /^\d+$/.test(target) ? stages[Number(target)] : undefined;
  if (stage === undefined) return undefined;
  const { name, base, instructions } = stage;
  if (name !== undefined) return `A target is a name, no number: stage ${target} is called "${name}".`;
  const line = instructions[0]?.startLine ?? 1;
  return `A target is a name, no number. Give stage ${target} one on line ${line}: FROM ${base} AS NAME.`;
}
