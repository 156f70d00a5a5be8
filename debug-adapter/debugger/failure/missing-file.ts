/**
 * A file that a command did not find though the build context has it: an ignore rule keeps it out, it is copied later, or
 * by nothing.
 */
import { posix } from 'node:path';
import type { Instruction } from '../../dockerfile/model.js';
import { cleanPath } from '../../patterns/clean-path.js';
import type { BuildSettings, TextFix } from '../api.js';
import type { CopySource } from './copy-source.js';
import { below, contextCopies, contextMounts, kindOf, originOf, type ContextCopy } from '../sources/context-copies.js';
import { splitPath } from '../trees/files.js';
import { type IgnoreFile, readIgnoreRules } from '../sources/ignore-file.js';
import { keptOut } from '../sources/kept-out.js';
import { missingNames } from './missing-names.js';
import { oneLine, shorten } from '../common/one-line.js';
import type { Program, Step } from '../program/program.js';

/** Longest that the state before the step is looked into, in milliseconds: a failure is not to be held up. */
const LONGEST = 500;

export interface MissingFile {
  readonly hint: string;
  readonly fix: TextFix | undefined;
}

export interface MissingInput {
  /** Last lines that the command wrote. */
  readonly lines: readonly string[];
  readonly step: Step;
  readonly program: Pick<Program, 'dockerfile' | 'llb' | 'steps'>;
  readonly settings: BuildSettings;
  /** What a folder of the state before the step holds. */
  readonly before: CopySource['list'];
}

interface Place {
  /** In the image. */
  readonly path: string;
  /** In the context. */
  readonly origin: string;
}

/** Undefined when no file of the context explains the failure. */
export async function missingFile(input: MissingInput): Promise<MissingFile | undefined> {
  const { lines, step, program, settings, before } = input;
  const workdir = workdirOf(step);
  if (settings.context.kind !== 'folder' || workdir === undefined) return undefined;
  const names = missingNames(lines);
  if (names.length === 0) return undefined;
  const root = settings.context.path;
  const copies = contextCopies(program, step.stage);
  const mounts = contextMounts(program, step);
  const ignore = await readIgnoreRules(root, settings);
  const look = { ...input, root, workdir, copies, mounts, ignore };
  for (const name of names) {
    const path = cleanPath(name.startsWith('/') ? name : `${workdir}/${name}`);
    const found = isMounted(step, path) && !isBelow(mounts, path) ? undefined : await lookFor(look, path);
    if (found !== undefined && !(await isThere(before, path))) return found;
  }
  return undefined;
}

/** What cannot be asked is taken for not there. */
async function isThere(list: CopySource['list'], path: string): Promise<boolean> {
  const { folder, name } = splitPath(path);
  const files = await list(folder, AbortSignal.timeout(LONGEST)).catch(() => []);
  return files.some((file) => file.name === name);
}

interface Looking extends MissingInput {
  readonly root: string;
  readonly workdir: string;
  readonly copies: readonly ContextCopy[];
  readonly mounts: readonly ContextCopy[];
  readonly ignore: IgnoreFile | undefined;
}

async function lookFor(look: Looking, path: string): Promise<MissingFile | undefined> {
  const { copies, mounts, step, root, workdir } = look;
  for (const copy of [...mounts, ...copies]) {
    const origin = await originOf(copy, path, root);
    if (origin === undefined) continue;
    const kept = ignored(look, copy, origin);
    if (kept !== undefined) return kept;
    if (copy.instruction.index > step.instruction.index) return tooLate(look, copy, { path, origin });
    // It came, and is gone again: that is another story.
    return undefined;
  }
  const origin = below(workdir, path);
  if (origin === undefined || origin === '' || keptOut(look.ignore, origin) !== undefined) return undefined;
  return (await kindOf(root, origin)) === undefined ? undefined : neverCopied(look, { path, origin });
}

function ignored({ ignore, step }: Looking, { instruction }: ContextCopy, origin: string): MissingFile | undefined {
  const kept = keptOut(ignore, origin);
  if (kept === undefined) return undefined;
  const brings =
    instruction === step.instruction
      ? 'the mount of this step does not show it'
      : `${named(instruction)} does not bring it`;
  return {
    hint: `${origin} is in the build context, but ${kept.by} keeps it out, so ${brings}. ${kept.hint}`,
    fix: kept.fix,
  };
}

async function tooLate(look: Looking, { instruction }: ContextCopy, place: Place): Promise<MissingFile> {
  const { copy, fix } = await copyBefore(look, place);
  const hint = `${place.origin} is in the build context, but ${named(instruction)} brings it only after this step. Copy it before: ${copy}`;
  return { hint, fix };
}

async function neverCopied(look: Looking, place: Place): Promise<MissingFile> {
  const { copy, fix } = await copyBefore(look, place);
  const hint = `${place.origin} is in the build context, but nothing copies it into this stage. Copy it before this step: ${copy}`;
  return { hint, fix };
}

async function copyBefore(
  { step, settings, workdir, root }: Looking,
  { path, origin }: Place,
): Promise<{ readonly copy: string; readonly fix: TextFix | undefined }> {
  const inside = below(workdir, path);
  const isFolder = (await kindOf(root, origin)) === 'folder';
  const target = inside === undefined || inside === '' ? path : `./${inside}`;
  const to = isFolder || posix.basename(target) !== posix.basename(origin) ? target : `${posix.dirname(target)}/`;
  const words = [origin, to].some((word) => /\s/.test(word)) ? JSON.stringify([origin, to]) : `${origin} ${to}`;
  const copy = `COPY ${words}`;
  const line = Number(step.instruction.startLine);
  const edit = {
    title: `Copy ${origin} before this step`,
    path: settings.dockerfile,
    line,
    endLine: line - 1,
    text: copy,
  };
  return { copy, fix: settings.dockerfileIsLocal ? edit : undefined };
}

/** Where the command of a RUN starts; undefined for other steps. */
export function workdirOf({ vertices }: Step): string | undefined {
  const op = vertices.at(-1)?.op.op;
  return op?.$case === 'exec' ? cleanPath(`/${op.value.meta?.cwd ?? ''}`) : undefined;
}

/** The state before the step says nothing of what is mounted over it. */
function isMounted({ vertices }: Step, path: string): boolean {
  const op = vertices.at(-1)?.op.op;
  if (op?.$case !== 'exec') return false;
  return op.value.mounts.some(({ dest }) => dest !== '/' && below(cleanPath(dest), path) !== undefined);
}

function isBelow(mounts: readonly ContextCopy[], path: string): boolean {
  return mounts.some(({ to }) => below(to, path) !== undefined);
}

function named({ text, startLine }: Instruction): string {
  return `${shorten(oneLine(text))} (line ${startLine})`;
}
