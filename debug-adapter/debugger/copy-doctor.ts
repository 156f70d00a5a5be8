/** Why a COPY or ADD did not find its source: not in the context, or removed by an ignore rule, and which. */
import { access, readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { compilePatterns, ignoreFilesOf, parseIgnoreFile } from '../dockerfile/ignore.js';
import { nearest } from '../dockerfile/locate.js';
import type { Instruction } from '../dockerfile/model.js';
import type { BuildSettings } from './api.js';

export interface Diagnosis {
  readonly code: 'copy-source-not-found' | 'copy-source-ignored';
  readonly message: string;
  readonly hint: string;
}

interface IgnoreFile {
  readonly path: string;
  readonly text: string;
}

/** The path that the engine did not find, from its own words: `"/src/x": not found`. */
export function missingPath(engineMessage: string): string | undefined {
  const quoted = /"(\/[^"]*)": not found/.exec(engineMessage) ?? /lstat (\/\S+): no such file/.exec(engineMessage);
  return quoted?.[1] ?? /(\/\S+): no such file or directory/.exec(engineMessage)?.[1];
}

/** Undefined when the engine's error is about something else. */
export async function diagnoseCopy(
  instruction: Instruction,
  engineMessage: string,
  settings: BuildSettings,
): Promise<Diagnosis | undefined> {
  const missing = missingPath(engineMessage);
  if (missing === undefined || !/not found|no such file/i.test(engineMessage)) return undefined;
  const path = missing.replace(/^\/+/, '');
  const from = instruction.flags.find((flag) => flag.name === 'from')?.value;
  if (from !== undefined) {
    const message = `${instruction.keyword} --from=${from}: there is no ${missing} in ${from}.`;
    const hint = `Step into ${from}, or look at its files in a shell, to see where it puts the file.`;
    return { code: 'copy-source-not-found', message, hint };
  }
  if (settings.context.kind === 'remote') {
    const message = `${instruction.keyword}: the build context ${settings.context.url} has no ${missing}.`;
    return { code: 'copy-source-not-found', message, hint: 'Paths are relative to the root of the context.' };
  }
  return inFolder(instruction, path, settings.context.path, settings);
}

async function inFolder(
  instruction: Instruction,
  path: string,
  root: string,
  settings: BuildSettings,
): Promise<Diagnosis> {
  const ignore = await readIgnoreFile(root, settings);
  if (await exists(join(root, path))) {
    const verdict = ignore === undefined ? undefined : compilePatterns(parseIgnoreFile(ignore.text)).match(path);
    if (ignore !== undefined && verdict?.excluded === true) {
      const line = verdict.rule?.line;
      const rule = line === undefined ? '' : ` ("${ignore.text.split(/\r?\n/)[line - 1]?.trim() ?? ''}")`;
      return {
        code: 'copy-source-ignored',
        message: `${instruction.keyword}: ${path} exists, but ${ignore.path}${line === undefined ? '' : `:${line}`}${rule} keeps it out of the build context.`,
        hint: `Change that line, or add "!${path}" below it.`,
      };
    }
    const message = `${instruction.keyword}: ${path} exists in ${root} now, but the build context that was sent has none.`;
    return { code: 'copy-source-not-found', message, hint: 'Restart the build to send it again.' };
  }
  const near = await nearName(root, path);
  return {
    code: 'copy-source-not-found',
    message: `${instruction.keyword}: the build context ${root} has no ${path}.`,
    hint: near === undefined ? 'Paths are relative to the root of the build context.' : `Did you mean ${near}?`,
  };
}

async function readIgnoreFile(root: string, settings: BuildSettings): Promise<IgnoreFile | undefined> {
  for (const { beside, name } of ignoreFilesOf(basename(settings.dockerfile))) {
    const path = join(beside === 'context' ? root : dirname(settings.dockerfile), name);
    try {
      return { path, text: await readFile(path, 'utf8') };
    } catch {
      continue;
    }
  }
  return undefined;
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

/** A name in the folder where the path stops existing that looks like the one asked for. */
async function nearName(root: string, path: string): Promise<string | undefined> {
  const parts = path.split('/').filter((part) => part !== '');
  for (let depth = 0; depth < parts.length; depth++) {
    const folder = parts.slice(0, depth).join('/');
    if (await exists(join(root, folder, parts[depth] ?? ''))) continue;
    const names = await readdir(join(root, folder)).catch((): string[] => []);
    const found = nearest(parts[depth] ?? '', names);
    return found === undefined ? undefined : [...parts.slice(0, depth), found, ...parts.slice(depth + 1)].join('/');
  }
  return undefined;
}
