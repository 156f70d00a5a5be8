/** What is told of an ONBUILD command of a base that failed: it stands in no line that runs. Commands of linked builds do neither. */
import type { Dockerfile, Instruction } from '../../dockerfile/model.js';
import { parseDockerfile } from '../../dockerfile/parse.js';
import type { Failure } from '../api.js';
import { oneLine, shorten } from '../common/one-line.js';
import type { Step } from '../program/program.js';
import { isTrigger } from '../program/triggers.js';

export interface BroughtCommand {
  /** What runs; at the lines of its ONBUILD where that is in the Dockerfile, else at those of the FROM. */
  readonly command: Instruction;
  readonly isWritten: boolean;
  /** Of an image that is there as it is: nobody can edit it here. */
  readonly isOfImage: boolean;
  /** How it is called where it fails. */
  readonly at: (text: string) => string;
  /** Where it comes from, as a sentence. */
  readonly origin: string;
}

type Words = Pick<Failure, 'code' | 'summary' | 'hint' | 'fix'>;

/** The command that a vertex carries out, or takes something for; undefined where it is no ONBUILD. */
export function onbuildCommand(
  { instruction: from, vertices }: Pick<Step, 'instruction' | 'vertices'>,
  digest: string,
  dockerfile: Pick<Dockerfile, 'stages'>,
): BroughtCommand | undefined {
  if (from.keyword !== 'FROM') return undefined;
  const failed = vertices.find((vertex) => vertex.digest === digest);
  const source = failed?.op.op;
  if (source?.$case === 'source' && source.value.identifier.startsWith('docker-image:')) return undefined;
  const users = vertices.filter(({ inputs }) => inputs.some((input) => input.digest === digest));
  const vertex = [failed, ...users].find((each) => each !== undefined && isTrigger(from, each));
  const named = vertex?.name.replace(/^\[[^\]]*\] (?:ONBUILD )?/, '') ?? '';
  const [told] = parseDockerfile(named).instructions;
  if (told === undefined) return undefined;
  const { stage, index, startLine, endLine } = from;
  const { base = '', baseStage } = dockerfile.stages[stage ?? -1] ?? {};
  if (baseStage === undefined) {
    const origin = `The command is one of the image ${base}, which runs it in every build on top of it.`;
    const command = { ...told, stage, index, startLine, endLine };
    return { command, isWritten: false, isOfImage: true, at: onbuild, origin };
  }
  const written = writtenAs(told, dockerfile.stages[baseStage]?.instructions ?? []);
  const lines = { startLine: written?.startLine ?? startLine, endLine: written?.endLine ?? endLine };
  const text = written?.text.replace(/^\s*ONBUILD\s+/i, '') ?? told.text;
  const where = written === undefined ? '' : `, on line ${written.startLine}`;
  return {
    command: { ...(written?.trigger ?? told), text, stage, index, ...lines },
    isWritten: written !== undefined,
    isOfImage: false,
    at: onbuild,
    origin: `The command is one of the stage ${base}${where}, and runs in every stage that is built on it.`,
  };
}

function onbuild(text: string): string {
  return `its ONBUILD ${text}`;
}

/** The ONBUILD of a stage: the engine has filled in its variables. */
function writtenAs(told: Instruction, instructions: readonly Instruction[]): Instruction | undefined {
  const alike = instructions.filter(({ trigger }) => trigger?.keyword === told.keyword);
  const same = alike.find(({ trigger }) => trigger && oneLine(trigger.args) === oneLine(told.args));
  return same ?? (alike.length === 1 ? alike[0] : undefined);
}

/** What is told of a command as if it stood in the Dockerfile, told of the instruction that brings it. */
export function ofBrought<T extends Words>(
  verdict: T,
  from: Instruction,
  { command, isWritten, isOfImage, at, origin }: BroughtCommand,
): T {
  const { code, hint, fix } = verdict;
  const text = shorten(oneLine(command.text));
  const said = verdict.summary.startsWith(text)
    ? verdict.summary.slice(text.length).replace(/^ failed(?:: | with )/, '')
    : verdict.summary.replace(/^(?:COPY|ADD)(?: --from=\S+)?: /, '');
  // The file can be given the name that the image wants, not the other way round.
  const near = !isOfImage
    ? hint
    : hint.replace(/^Did you mean (.*)\?$/, 'There is $1: the image wants the other name.');
  const ofDockerfile = fix !== undefined && code !== 'copy-source-ignored';
  const mended = !ofDockerfile ? fix : isWritten ? { ...fix, text: `ONBUILD ${fix.text}` } : undefined;
  return {
    ...verdict,
    summary: `${shorten(oneLine(from.text))} failed at ${at(text)}: ${said}`,
    hint: near === '' ? origin : `${near} ${origin}`,
    fix: mended,
  };
}
