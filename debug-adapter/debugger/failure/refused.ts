/** What the engine says when it does not take a build, in words and on the line that they are about. */
import type { Dockerfile, Instruction } from '../../dockerfile/model.js';
import { line1 } from '../../dockerfile/parse.js';
import type { BuildSettings } from '../api.js';
import { type EngineError, UserError } from '../errors.js';
import { baseWords } from './base-words.js';
import { imageWords, missingImage, namesImage } from './image-words.js';
import { platformWords } from './platform-words.js';

interface Place {
  readonly startLine: number;
  readonly endLine: number;
}

/** What the frontend says about the Dockerfile, on its line. */
export function refusedDockerfile(error: EngineError, settings: BuildSettings, dockerfile: Dockerfile): Error {
  const source: Place | undefined = error.details.sources[0] ?? lineIn(error.message);
  const missing = missingImage(error.message);
  const blamed =
    source === undefined
      ? missing && dockerfile.instructions.find((each) => namesImage(each, missing.image))
      : instructionOn(dockerfile, source.startLine);
  const base = baseWords(error.message, dockerfile, blamed, settings);
  const place = source ?? blamed ?? base?.from;
  const known =
    base ??
    platformWords(error.message, source?.startLine, dockerfile, settings) ??
    (missing && imageWords(missing, dockerfile, blamed, settings.pins));
  if (place === undefined) {
    if (known === undefined) return brokenRules(error, settings) ?? error;
    const said = `${settings.dockerfile}: ${known.what}`;
    return new UserError(known.code, said, known.hint, undefined, { cause: error });
  }
  const { code, what, hint } = known ?? { code: 'dockerfile-refused', what: withoutWrappers(error.message), hint: '' };
  const [line, endLine] = [Number(place.startLine), Number(place.endLine)];
  const said = `${settings.dockerfile}:${line}: ${what}`;
  return new UserError(code, said, hint, { path: settings.dockerfile, line, endLine }, { cause: error });
}

/** `# check=error=true`; the rules themselves have been told on their lines, as warnings. */
function brokenRules(error: EngineError, { dockerfile }: BuildSettings): UserError | undefined {
  const rules = /lint violation found for rules: (.+)/.exec(error.message)?.[1]?.split(', ').sort().join(', ');
  if (rules === undefined) return undefined;
  const said = `${dockerfile} asks to fail for warnings (check=error=true), and there are some: ${rules}.`;
  const hint = 'Mend them, or leave rules out: # check=skip=RULE;error=true.';
  return new UserError('dockerfile-warnings', said, hint, undefined, { cause: error });
}

const parseError = /dockerfile parse error (?:on )?line (\d+):\s*/i;

/** Engines before BuildKit 0.8 name the line only in words. */
function lineIn(message: string): Place | undefined {
  const line = Number(parseError.exec(message)?.[1] ?? 0);
  return line === 0 ? undefined : { startLine: line, endLine: line };
}

function instructionOn({ instructions }: Dockerfile, line: number): Instruction | undefined {
  return instructions.find(({ startLine, endLine }) => startLine <= line1(line) && endLine >= line1(line));
}

/** The engine's text without the beginnings that tell nothing. */
function withoutWrappers(message: string): string {
  return message
    .replace(/^(?:failed to solve(?: with frontend \S+)?:\s*|failed to create LLB definition:\s*)+/i, '')
    .replace(new RegExp(`^${parseError.source}`, 'i'), '');
}
