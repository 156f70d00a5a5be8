/** From an error of the engine to what the user is told. */
import type { EngineError } from '../buildkit/errors.js';
import type { Dockerfile, Instruction } from '../dockerfile/model.js';
import type { BuildSettings, Failure } from './api.js';
import { diagnoseCopy, missingPath } from './copy-doctor.js';
import type { CopySource } from './copy-source.js';
import { earlierSetting } from './earlier-setting.js';
import { explain, type Explanation } from './explain/explain.js';
import { inFlags } from './flag-words.js';
import { imageWords, type ImageWords, missingImage } from './image-words.js';
import { oneLine } from './one-line.js';
import { fetchWords } from './remote-words.js';
import type { Step } from './program.js';
import { scriptTrouble } from './script-doctor.js';
import { lastLines, type Timeline } from './timeline.js';

/** Lines of a step's output that are shown with its failure. */
const SHOWN = 12;
/** Lines of a step's output that are looked through for a reason. */
const READ = 60;

export interface FailureInput {
  readonly step: Step;
  readonly dockerfile: Dockerfile;
  /** Vertex that failed. */
  readonly digest: string;
  /** What the frontend calls it; '' for one that is not of this build. */
  readonly vertex: string;
  readonly error: EngineError;
  readonly timeline: Timeline;
  readonly settings: BuildSettings;
  readonly others: readonly string[];
  /** What `--from` of a COPY names. */
  readonly sourceOf: (from: string, missing: string) => CopySource;
  /** Words on what this engine cannot give; '' when it gives all. */
  readonly limits: string;
}

type Verdict = Pick<Failure, 'code' | 'summary' | 'exitCode' | 'hint' | 'fix'>;

/** Reads the build context's folder when a COPY failed; asks the engine only for what is in the source of COPY --from. */
export async function describeFailure(input: FailureInput): Promise<Failure> {
  const { step, digest, error, timeline, settings, limits } = input;
  const { instruction } = step;
  const verdict = await judge(input);
  // A step whose context could not be fetched has left nothing that could be kept.
  const hint = [verdict.hint, verdict.code === 'context-remote' ? '' : limits]
    .filter((sentence) => sentence !== '')
    .join(' ');
  return {
    ...verdict,
    hint: settings.speaksFlags === true ? inFlags(hint) : hint,
    command: oneLine(instruction.text),
    engineMessage: error.message,
    place: { line: Number(instruction.startLine), endLine: Number(instruction.endLine) },
    others: input.others,
    // Read when asked for: the last lines may come a moment after the error.
    get lastLines() {
      return lastLines(timeline.record(digest)?.tail ?? '', SHOWN);
    },
  };
}

async function judge(input: FailureInput): Promise<Verdict> {
  const { step, dockerfile, digest, error, timeline, settings } = input;
  const { instruction } = step;
  const command = shorten(oneLine(instruction.text));
  const fetched = fetchWords(error.message, input.vertex, settings);
  if (fetched !== undefined) return wordsVerdict(fetched);
  if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') {
    const diagnosis = await diagnoseCopy(instruction, error.message, settings, input.sourceOf);
    if (diagnosis !== undefined) {
      const { code, message: summary, hint, fix } = diagnosis;
      return { code, summary, exitCode: undefined, hint, fix };
    }
  }
  const missing = timeline.record(digest)?.tail === '' ? missingImage(error.message) : undefined;
  if (missing !== undefined) {
    return wordsVerdict(imageWords(missing, dockerfile, instruction));
  }
  const exitCode = error.details.exitCode ?? exitCodeIn(error.message);
  const lines = lastLines(timeline.record(digest)?.tail ?? '', READ);
  const explanation = explain({ exitCode, lines, engineMessage: error.message, instruction });
  const script = exitCode === 127 ? await scriptTrouble(lines, instruction, dockerfile, settings) : undefined;
  const said = [...lines, error.message].join('\n');
  const hint = earlierSetting(said, instruction, dockerfile) ?? script ?? explanation.hint;
  const words = { hint, fix: fixIn(settings, instruction, explanation) };
  if (instruction.keyword === 'RUN' && exitCode !== undefined) {
    return { code: 'run-failed', summary: `${runFailed(instruction, exitCode)}.`, exitCode, ...words };
  }
  if (instruction.keyword === 'FROM' && exitCode !== undefined) {
    const summary = `${command} failed: ${triggerIn(error.message)} ended with exit code ${exitCode}.`;
    return { code: 'run-failed', summary, exitCode, ...words };
  }
  const summary = `${command} failed: ${withoutWrappers(error.message)}`;
  return { code: 'step-failed', summary, exitCode: undefined, ...words };
}

function wordsVerdict({ code, what: summary, hint }: ImageWords): Verdict {
  return { code, summary, exitCode: undefined, hint, fix: undefined };
}

/** What a command that ended with another code than 0 is said to have done. */
function runFailed(instruction: Instruction, exitCode: number): string {
  return `${shorten(oneLine(instruction.text))} failed with exit code ${exitCode}`;
}

/** In short, of a step that failed beside another one. Old engines say nothing of it at all. */
export function inShort(instruction: Instruction, error: string): string {
  if (error.trim() === '') return 'it failed';
  const exitCode = exitCodeIn(error);
  if (instruction.keyword === 'RUN' && exitCode !== undefined) return runFailed(instruction, exitCode);
  // What the engine says of a path that it did not find names digests, which say nothing.
  const path = missingPath(error);
  return path === undefined ? withoutWrappers(error) : `${path} was not found`;
}

function fixIn(settings: BuildSettings, instruction: Instruction, { fix }: Explanation): Failure['fix'] {
  if (fix === undefined || !settings.dockerfileIsLocal) return undefined;
  const range = { line: Number(instruction.startLine), endLine: Number(instruction.endLine) };
  return { title: fix.title, path: settings.dockerfile, ...range, text: fix.text };
}

/** Engines before 0.10 say the code only in words. */
export function exitCodeIn(message: string): number | undefined {
  const found = /exit code: (\d+)/.exec(message)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** An image runs commands where it is built on only as its ONBUILD says. */
function triggerIn(message: string): string {
  const command = /process "(?:\/bin\/sh -c )?(.*)" did not complete/s.exec(message)?.[1];
  return command === undefined ? 'an ONBUILD command of the base' : `its ONBUILD command "${shorten(command)}"`;
}

/** The engine's text without the beginnings that tell nothing. */
function withoutWrappers(message: string): string {
  return message.replace(/^(?:(?:failed to solve|rpc error: code = \w+ desc =|failed to compute cache key):\s*)+/, '');
}

function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 97)}…` : text;
}
