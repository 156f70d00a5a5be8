/**
 * Scripts that are in the image and are "not found" all the same: the kernel looks for the program of their first line.
 * Evidence is the build context: what COPY and ADD took from it.
 */
import { open, stat } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';
import type { Dockerfile, Instruction } from '../../dockerfile/model.js';
import { plainWords } from '../../dockerfile/words.js';
import type { BuildSettings } from '../api.js';
import { toLf } from './explain/rule.js';

/** As much as the kernel reads of a first line. */
const FIRST_LINE = 256;
const notFound = /(?:^|[\s:])([\w./+-]+): (?:command )?(?:required file )?not found/m;

/** What shells say of a here-document whose interpreter is not there, and what env says of a program. */
const missingScript =
  /\/dev\/pipes\/([^\s:]+): (?:(?:cannot execute: )?(?:required file )?not found|No such file|.*bad interpreter)/m;
const missingForEnv = /^(?:\S*\/)?env: (?:can't execute )?[‘'"]?([^\s‘’'":]+)[’'"]?: No such file/m;

/** Trouble that stands on a line of the Dockerfile. */
export interface LineTrouble {
  readonly line: number;
  readonly hint: string;
}

interface Script {
  /** In the context. */
  readonly path: string;
  readonly copy: Instruction;
  readonly firstLine: string;
}

/** Why a command was not found, when a script of the context was meant; undefined for all else. */
export async function scriptTrouble(
  lines: readonly string[],
  instruction: Instruction,
  dockerfile: Dockerfile,
  { context }: Pick<BuildSettings, 'context'>,
): Promise<string | undefined> {
  const name = notFound.exec(lines.join('\n'))?.[1];
  if (name === undefined || context.kind !== 'folder') return undefined;
  const script = await findScript(name, instruction, dockerfile, context.path);
  if (script === undefined) return undefined;
  const { path, copy, firstLine } = script;
  const origin = `${name} is in the image: ${copy.keyword} (line ${copy.startLine}) took ${path} from the context.`;
  if (firstLine.endsWith('\r'))
    return `${origin} It has Windows line endings, so the program of its first line is not found. ${toLf(name)}`;
  const program = /^#!\s*(\S+)(?:\s+(\S+))?/.exec(firstLine);
  if (program === null || program[1] === '/bin/sh') return undefined;
  const [, interpreter = '', argument] = program;
  const wanted = interpreter.endsWith('/env') && argument !== undefined ? argument : interpreter;
  return `${origin} Its first line names ${wanted}, which the image does not seem to have. Install it in an earlier step, or name /bin/sh.`;
}

/** Why a here-document that is a script was not found: the program of its `#!` line was not. Undefined for all else. */
export function hereDocumentTrouble(lines: readonly string[], { heredocs }: Instruction): LineTrouble | undefined {
  const [{ name, content, startLine } = { name: '', content: '', startLine: 0 }] = heredocs;
  const [firstLine = ''] = content.split('\n', 1);
  const [, interpreter = ''] = /^#!\s*(\S+)/.exec(firstLine) ?? [];
  if (interpreter === '') return undefined;
  const said = lines.join('\n');
  const byEnv = interpreter.endsWith('/env') ? missingForEnv.exec(said)?.[1] : undefined;
  const [, of] = missingScript.exec(said) ?? [];
  if (byEnv === undefined && of !== name) return undefined;
  const line = Number(startLine);
  const where = `The "#!" line of the here-document (line ${line})`;
  const hint = firstLine.endsWith('\r')
    ? `${where} ends in a carriage return (Windows line endings), which is taken for a part of the name ${interpreter}. Save the Dockerfile with LF.`
    : `${where} names ${byEnv ?? interpreter}, which is not in the image. Install it in an earlier step, or name another one.`;
  return { line, hint };
}

async function findScript(
  name: string,
  instruction: Instruction,
  { instructions }: Dockerfile,
  context: string,
): Promise<Script | undefined> {
  const copies = instructions.filter(
    ({ keyword, stage, index, flags }) =>
      (keyword === 'COPY' || keyword === 'ADD') &&
      stage === instruction.stage &&
      index < instruction.index &&
      flags.every((flag) => flag.name !== 'from'),
  );
  for (const copy of copies.reverse()) {
    const words = copy.json ?? plainWords(copy.args);
    const to = words.at(-1) ?? '';
    for (const path of words.slice(0, -1).flatMap((from) => candidates(name, from, to))) {
      const firstLine = await firstLineOf(join(context, path)).catch(() => undefined);
      if (firstLine?.startsWith('#!') === true) return { path, copy, firstLine };
    }
  }
  return undefined;
}

/** Where in the context a file of the image may come from: the source itself, or something in it. */
function candidates(name: string, from: string, to: string): readonly string[] {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  const inFolder = parts.map((_, at) => posix.join(from, ...parts.slice(at)));
  const isSame = [basename(from), basename(to)].includes(parts.at(-1) ?? '');
  return isSame ? [posix.join('.', from), ...inFolder] : inFolder;
}

async function firstLineOf(path: string): Promise<string> {
  if (!(await stat(path)).isFile()) return '';
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(FIRST_LINE), 0, FIRST_LINE, 0);
  return buffer.toString('utf8', 0, bytesRead).split('\n', 1)[0] ?? '';
}
