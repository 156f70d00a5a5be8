/** From an error of the engine to what the user is told. */
import type { EngineError } from '../../buildkit/errors.js';
import type { Instruction } from '../../dockerfile/model.js';
import type { BuildSettings, Failure } from '../api.js';
import { type Diagnosis, diagnoseCopy, missingPath } from './copy-doctor.js';
import type { CopySource } from './copy-source.js';
import { bareHint, hasShell } from './bare-image.js';
import { asksForShell, earlierSetting } from './earlier-setting.js';
import { explain, heredocWentOn, type Explanation } from './explain/explain.js';
import { inFlags } from './flag-words.js';
import { imageWords, type ImageWords, missingImage } from './image-words.js';
import { missingFile, workdirOf } from './missing-file.js';
import { nearFile } from './near-file.js';
import { linkedCommand } from './linked-words.js';
import { ofBrought, onbuildCommand } from './onbuild-words.js';
import { oneLine, shorten } from '../common/one-line.js';
import { fetchWords } from './remote-words.js';
import type { Program, Step } from '../program/program.js';
import { hereDocumentTrouble, scriptTrouble } from './script-doctor.js';
import { diagnoseMount, type MountSources } from './mount-source.js';
import { lastLines, type Timeline } from '../progress/timeline.js';

/** Lines of a step's output that are shown with its failure. */
const SHOWN = 12;
/** Lines of a step's output that are looked through for a reason. */
const READ = 60;

export interface FailureInput {
  readonly step: Step;
  readonly program: Pick<Program, 'dockerfile' | 'linked' | 'llb' | 'steps'>;
  /** Vertex that failed. */
  readonly digest: string;
  /** What the frontend calls it; '' for one that is not of this build. */
  readonly vertex: string;
  readonly error: EngineError;
  readonly timeline: Timeline;
  readonly settings: BuildSettings;
  readonly others: readonly string[];
  /** What `--from` of a COPY names; the build context without. */
  readonly sourceOf: (from: string | undefined, missing: string) => CopySource;
  /** What a folder of the state before the step holds. */
  readonly before: CopySource['list'];
  /** What a --mount of a RUN shows. */
  readonly mounts: MountSources;
  /** Words on what this engine cannot give; '' when it gives all. */
  readonly limits: string;
}

interface Verdict extends Pick<Failure, 'code' | 'summary' | 'exitCode' | 'hint' | 'fix'> {
  /** The line of the instruction that is to blame, where one is. */
  readonly line?: number | undefined;
}

/** Reads the build context's folder when a COPY failed; asks the engine only for what is in the source of COPY --from. */
export async function describeFailure(input: FailureInput): Promise<Failure> {
  const { step, digest, error, timeline, settings, limits } = input;
  const { instruction } = step;
  const linked = linkedCommand(step, digest, input.program);
  const brought = linked ?? onbuildCommand(step, digest, input.program.dockerfile);
  const own = { ...input, settings: linked?.build.settings ?? settings };
  const verdict =
    brought === undefined
      ? await judge(input)
      : ofBrought(await judge({ ...own, step: { ...step, instruction: brought.command } }), instruction, brought);
  // What has no source for a mount, or whose context could not be fetched, never ran, and left nothing.
  const left = /^(?:copy-source-|context-remote$)/.test(verdict.code) ? '' : limits;
  const hint = [verdict.hint, left].filter((sentence) => sentence !== '').join(' ');
  const { line: blamed, ...told } = verdict;
  const range = { line: Number(instruction.startLine), endLine: Number(instruction.endLine) };
  return {
    ...told,
    hint: settings.speaksFlags === true ? inFlags(hint) : hint,
    command: oneLine(instruction.text),
    engineMessage: error.message,
    // What is brought has lines of its own.
    place: blamed === undefined || brought !== undefined ? range : { line: blamed, endLine: blamed },
    others: input.others,
    // Read when asked for: the last lines may come a moment after the error.
    get lastLines() {
      return lastLines(timeline.record(digest)?.tail ?? '', SHOWN);
    },
  };
}

async function judge(input: FailureInput): Promise<Verdict> {
  const { step, program, digest, error, timeline, settings } = input;
  const { instruction } = step;
  const command = shorten(oneLine(instruction.text));
  const fetched = fetchWords(error.message, input.vertex, settings);
  if (fetched !== undefined) return wordsVerdict(fetched);
  if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') {
    const diagnosis = await diagnoseCopy(instruction, error.message, settings, input.sourceOf);
    if (diagnosis !== undefined) return ofDiagnosis(diagnosis);
  }
  const exitCode = error.details.exitCode ?? exitCodeIn(error.message);
  if (instruction.keyword === 'RUN' && exitCode === undefined) {
    const vertex = step.vertices.find((each) => each.digest === digest);
    const diagnosis = await diagnoseMount(instruction, vertex, error.message, settings, input.mounts);
    if (diagnosis !== undefined) return ofDiagnosis(diagnosis);
  }
  const missing = timeline.record(digest)?.tail === '' ? missingImage(error.message) : undefined;
  if (missing !== undefined) {
    return wordsVerdict(imageWords(missing, program.dockerfile, instruction, settings.pins));
  }
  const lines = lastLines(timeline.record(digest)?.tail ?? '', READ);
  const explanation = explain({ exitCode, lines, engineMessage: error.message, instruction });
  const words = await mend(input, lines, { exitCode, explanation });
  if (instruction.keyword === 'RUN' && exitCode !== undefined) {
    return { code: 'run-failed', summary: `${runFailed(instruction, exitCode)}.`, exitCode, ...words };
  }
  const summary = `${command} failed: ${withoutWrappers(error.message)}`;
  return { code: 'step-failed', summary, exitCode: undefined, ...words };
}

/** What to do about it: what the Dockerfile and the context say goes before what the words of the command say. */
async function mend(
  input: FailureInput,
  lines: readonly string[],
  { exitCode, explanation }: { readonly exitCode: number | undefined; readonly explanation: Explanation },
): Promise<Pick<Verdict, 'hint' | 'fix' | 'line'>> {
  const { step, error, settings, before } = input;
  const { instruction } = step;
  const { dockerfile } = input.program;
  const said = [...lines, error.message].join('\n');
  const ran = instruction.keyword === 'RUN' && exitCode !== undefined;
  const ofLine = instruction.keyword === 'RUN' ? hereDocumentTrouble(lines, instruction) : undefined;
  const usual = { fix: fixIn(settings, instruction, explanation), line: ofLine?.line };
  const isBare = asksForShell(said) && !(await hasShell(before));
  const known =
    earlierSetting(said, instruction, dockerfile, isBare) ?? (isBare ? bareHint(said, instruction) : undefined);
  const sure = known ?? ofLine?.hint;
  if (sure !== undefined) return { ...usual, hint: sure };
  const missing = ran ? await missingFile({ ...input, lines }) : undefined;
  if (missing !== undefined) {
    const went = heredocWentOn({ instruction, lines }).hint;
    const hint = [missing.hint, went].filter((words) => words !== '').join(' ');
    return { ...usual, hint, fix: missing.fix ?? usual.fix };
  }
  const script = exitCode === 127 ? await scriptTrouble(lines, instruction, dockerfile, settings) : undefined;
  if (script !== undefined) return { ...usual, hint: script };
  const isVague = ran && (exitCode === 127 || explanation.hint === '');
  const near = isVague ? await nearFile(lines, workdirOf(step) ?? '/', before) : undefined;
  return { ...usual, hint: near ?? explanation.hint };
}

function ofDiagnosis({ code, message: summary, hint, fix }: Diagnosis): Verdict {
  return { code, summary, exitCode: undefined, hint, fix };
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

/** The engine's text without the beginnings that tell nothing. */
function withoutWrappers(message: string): string {
  return message.replace(/^(?:(?:failed to solve|rpc error: code = \w+ desc =|failed to compute cache key):\s*)+/, '');
}
