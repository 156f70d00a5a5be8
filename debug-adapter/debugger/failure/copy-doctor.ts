/** Why a COPY or ADD did not find its source: not in the context, or removed by an ignore rule, and which. */
import { join } from 'node:path';
import type { Instruction } from '../../dockerfile/model.js';
import type { BuildSettings, TextFix } from '../api.js';
import { exists, findElsewhere, findInside } from './copy-elsewhere.js';
import type { CopySource } from './copy-source.js';
import { findInSource } from './copy-source-search.js';
import { readIgnoreRules } from '../sources/ignore-file.js';
import { keptOut } from '../sources/kept-out.js';
import { outsideContext, outsideHint } from '../sources/outside-context.js';

export interface Diagnosis {
  readonly code: 'copy-source-not-found' | 'copy-source-ignored';
  readonly message: string;
  readonly hint: string;
  readonly fix: TextFix | undefined;
}

/** The path that the engine did not find, from its own words: `"/src/x": not found`. */
export function missingPath(engineMessage: string): string | undefined {
  const quoted = /"(\/[^"]*)":? not found/.exec(engineMessage) ?? /lstat (\/\S+): no such file/.exec(engineMessage);
  return quoted?.[1] ?? /(\/\S+): no such file or directory/.exec(engineMessage)?.[1];
}

/** Undefined when the engine's error is about something else. */
export async function diagnoseCopy(
  instruction: Instruction,
  engineMessage: string,
  settings: BuildSettings,
  sourceOf: (from: string | undefined, missing: string) => CopySource,
): Promise<Diagnosis | undefined> {
  const missing = missingPath(engineMessage);
  if (missing === undefined || !/not found|no such file/i.test(engineMessage)) return undefined;
  const from = instruction.flags.find((flag) => flag.name === 'from')?.value;
  const label = from === undefined ? instruction.keyword : `${instruction.keyword} --from=${from}`;
  return diagnoseSource({ instruction, label, missing, from }, settings, sourceOf);
}

export interface MissingSource {
  readonly instruction: Instruction;
  /** What of it wants the source. */
  readonly label: string;
  /** Absolute. */
  readonly missing: string;
  /** Stage, image or named context; undefined for the build context. */
  readonly from: string | undefined;
}

/** What is known of a source that is not there. */
export async function diagnoseSource(
  wanted: MissingSource,
  settings: BuildSettings,
  sourceOf: (from: string | undefined, missing: string) => CopySource,
): Promise<Diagnosis> {
  const { instruction, missing, from } = wanted;
  const path = missing.replace(/^\/+/, '');
  if (from === undefined && settings.context.kind === 'folder')
    return inFolder(wanted, path, settings.context.path, settings);
  const source = sourceOf(from, missing);
  const outside = source.isContext ? outsideContext(instruction, path) : undefined;
  if (outside === undefined) return inSource(wanted, settings, source);
  const message = outsideMessage(instruction, outside.source, source.title);
  const hint = 'Paths are relative to the root of the context.';
  return { code: 'copy-source-not-found', message, hint, fix: undefined };
}

async function inSource(
  { instruction, label }: MissingSource,
  settings: BuildSettings,
  source: CopySource,
): Promise<Diagnosis> {
  const { path: missing, title, folder, isContext } = source;
  const path = missing.replace(/^\/+/, '');
  const found =
    folder === undefined
      ? await findInSource(source, missing)
      : ((await findInside(folder, path)) ?? {
          hint: 'Paths are relative to the root of that context.',
          path: undefined,
        });
  const meant = found.path?.replace(/^\/+/, '');
  return {
    code: 'copy-source-not-found',
    message: `${label}: ${title} has no ${isContext ? path : missing}.`,
    hint: found.hint,
    fix:
      isOnce(instruction, path) && settings.dockerfileIsLocal
        ? renamed(instruction, path, meant, settings.dockerfile)
        : undefined,
  };
}

async function inFolder(
  { instruction, label }: MissingSource,
  path: string,
  root: string,
  settings: BuildSettings,
): Promise<Diagnosis> {
  const ignore = await readIgnoreRules(root, settings);
  if (await exists(join(root, path))) {
    const kept = keptOut(ignore, path);
    if (kept !== undefined) {
      const message = `${label}: ${path} exists, but ${kept.by} keeps it out of the build context.`;
      return { code: 'copy-source-ignored', message, hint: kept.hint, fix: kept.fix };
    }
    const message = `${label}: ${path} exists in ${root} now, but the build context that was sent has none.`;
    return { code: 'copy-source-not-found', message, hint: 'Restart the build to send it again.', fix: undefined };
  }
  const outside = outsideContext(instruction, path);
  if (outside !== undefined) {
    const isThere = await exists(join(root, outside.up, outside.path));
    const hint = outsideHint(outside, instruction.keyword, root, isThere);
    const message = outsideMessage(instruction, outside.source, `the build context ${root}`);
    return { code: 'copy-source-not-found', message, hint, fix: undefined };
  }
  const elsewhere = await findElsewhere(root, path, settings.dockerfile);
  return {
    code: 'copy-source-not-found',
    message: `${label}: the build context ${root} has no ${path}.`,
    hint: elsewhere.hint,
    // A command may say it, too.
    fix:
      instruction.keyword !== 'RUN' || isOnce(instruction, path)
        ? renamed(instruction, path, elsewhere.path, settings.dockerfile)
        : undefined,
  };
}

function outsideMessage({ keyword }: Instruction, source: string, context: string): string {
  return `${keyword}: ${source} is outside of ${context}, and ".." does not lead out of it.`;
}

function isOnce({ text }: Instruction, path: string): boolean {
  return text.split(path).length === 2;
}

/** The instruction with the path that was meant. */
function renamed(
  instruction: Instruction,
  path: string,
  meant: string | undefined,
  dockerfile: string,
): TextFix | undefined {
  if (meant === undefined || !instruction.text.includes(path)) return undefined;
  const range = { line: Number(instruction.startLine), endLine: Number(instruction.endLine) };
  const title = `${instruction.keyword === 'RUN' ? 'Mount' : 'Copy'} ${meant}`;
  return { title, path: dockerfile, ...range, text: instruction.text.replace(path, () => meant) };
}
