/** What a word of the Dockerfile means where the build stands: a variable, a stage, a path of COPY or ADD. */
import { findStageByName, instructionAt } from '../../dockerfile/locate.js';
import type { Dockerfile, Instruction, Stage } from '../../dockerfile/model.js';
import { line1 } from '../../dockerfile/parse.js';
import type { FileFact, Frame, PathPreview } from '../../debugger/api.js';
import { UserError } from '../../debugger/errors.js';
import { expand } from '../../dockerfile/expand.js';
import { fileLine } from '../state/files.js';
import { originWords } from '../state/origins.js';
import { evaluateExpression, isVariable, nameOf } from './expressions.js';

export interface Hover {
  readonly text: string;
  /** Line that it stands on, where the client says so. */
  readonly line: number | undefined;
  readonly frame: Frame;
  readonly dockerfile: Dockerfile;
  readonly signal: AbortSignal;
}

/** Throws words when it means nothing. */
export async function hoverText(hover: Hover): Promise<string> {
  const { text, dockerfile } = hover;
  if (!isVariable(text)) {
    const path = await previewText(hover);
    if (path !== undefined) return path;
    const stage = findStageByName(dockerfile, text);
    if (stage !== undefined) return stageText(stage);
  }
  try {
    return await variableText(hover);
  } catch (error) {
    const found = await elsewhere(hover);
    if (found === undefined) throw error;
    return found;
  }
}

/** Value and where it comes from. */
export async function variableText({ text, frame, dockerfile, signal }: Omit<Hover, 'line'>): Promise<string> {
  const config = await frame.config(signal);
  try {
    const { value, origin } = evaluateExpression(text, config, dockerfile);
    return origin === undefined ? value : `${value}  (${origin})`;
  } catch (error) {
    const words = await elsewhere({ text, line: undefined, frame, dockerfile, signal });
    throw words === undefined ? error : new UserError('variable-elsewhere', words);
  }
}

/** What is known of a variable that has no value at this step: an ARG before the first FROM, a secret. */
async function elsewhere({ text, line, frame, dockerfile, signal }: Hover): Promise<string | undefined> {
  const name = nameOf(text);
  if (name === undefined) return undefined;
  const secret = frame.mounts().find(({ type, target }) => type === 'secret' && target === name);
  if (secret !== undefined) return `${name} holds a secret: the command has it, and it is shown nowhere.`;
  const { outside } = await frame.scope(signal);
  if (!outside.has(name)) return undefined;
  const variable = outside.get(name);
  const value = variable === undefined ? 'it has no value' : `${variable.value}  (${originWords(variable.origin)})`;
  const at = line === undefined ? undefined : instructionAt(dockerfile, line1(line));
  if (at?.keyword === 'FROM' || (at !== undefined && at.stage === undefined)) return value;
  return `${name} is declared before FROM and not in scope here: "ARG ${name}" in this stage would take it. There: ${value}`;
}

function stageText({ instructions, base, name, index, platform }: Stage): string {
  const [first, last] = [instructions[0], instructions.at(-1)];
  const lines = first === undefined || last === undefined ? '' : `, lines ${first.startLine} to ${last.endLine}`;
  const where = platform === undefined ? '' : ` on ${platform}`;
  const rest = instructions.length - 1;
  const more = rest === 1 ? '1 instruction' : `${rest} instructions`;
  return `stage ${name ?? index}: FROM ${base}${where}${lines}, ${more} after FROM`;
}

async function previewText({ text, line, frame, dockerfile, signal }: Hover): Promise<string | undefined> {
  const instruction = copyWith(text, line, frame.instruction, dockerfile);
  if (instruction === undefined) return undefined;
  const values = (await frame.config(signal)).environment;
  const result = expand(text, (name) => values.get(name)?.value, { escape: dockerfile.escape });
  const preview = await frame.preview(instruction, result.ok ? result.value : text, signal);
  return preview === undefined ? undefined : describePreview(preview);
}

/** The COPY or ADD that is meant: of the line, else of the frame, else the first one with that word. */
function copyWith(
  word: string,
  line: number | undefined,
  current: Instruction,
  dockerfile: Dockerfile,
): Instruction | undefined {
  const isCopy = ({ keyword }: Instruction): boolean => keyword === 'COPY' || keyword === 'ADD';
  if (line !== undefined) {
    const found = instructionAt(dockerfile, line1(line));
    return found !== undefined && isCopy(found) ? found : undefined;
  }
  const has = (each: Instruction): boolean => isCopy(each) && (each.json ?? each.args.split(/\s+/)).includes(word);
  return has(current) ? current : dockerfile.instructions.find(has);
}

const shown = 10;

function describePreview({ role, path, from, entries, folder = false, after = false, problem }: PathPreview): string {
  const state = `${path} ${after ? 'after' : 'before'} this instruction`;
  const place = role === 'source' ? `${path} in ${from ?? 'what it copies from'}` : state;
  if (problem !== undefined) return `${place}: ${problem}`;
  if (folder) return `${place}: folder, ${count(entries, 'entry', 'entries')}${list(entries)}`;
  if (entries.length > 0) return `${place}: ${count(entries, 'match', 'matches')}${list(entries)}`;
  return role === 'source' ? `${place}: nothing matches` : `${place}: is not there`;
}

function count({ length }: readonly FileFact[], one: string, many: string): string {
  return `${length} ${length === 1 ? one : many}`;
}

function list(entries: readonly FileFact[]): string {
  const lines = entries.slice(0, shown).map((entry) => `\n${fileLine(entry)}`);
  const rest = entries.length > shown ? `\n… ${entries.length - shown} more` : '';
  return `${lines.join('')}${rest}`;
}

/** Words for a hover that cannot be had. */
export function requireDockerfile(dockerfile: Dockerfile | undefined): Dockerfile {
  if (dockerfile !== undefined) return dockerfile;
  throw new UserError('not-launched', 'The Dockerfile has not been read yet.');
}
