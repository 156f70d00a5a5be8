import type { DebugProtocol } from '@vscode/debugprotocol';
import { askImage, type ImageWord } from './image-words.js';
import { commands } from './table.js';
import { typedWord } from './typed-word.js';

/** An offer; `start` counts from 0. */
type Item = DebugProtocol.CompletionItem & { readonly start: number };

/** Where names come from. Each may fail: typing is no reason for a message. */
export interface CompletionSources {
  readonly variableNames: () => Promise<readonly string[]>;
  readonly stageNames: () => readonly string[];
  /** Output of a script in the image. */
  readonly askImage: (script: string) => Promise<string>;
}

/** What may stand where the caret is. */
export async function completions(before: string, sources: CompletionSources): Promise<readonly Item[]> {
  const own = /^\s*:(\S*)$/.exec(before)?.[1];
  if (own !== undefined) return commandItems(before, own);
  const [, name, choice = ''] = /^\s*:(\S+)\s+(?:.*\s)?(\S*)$/.exec(before) ?? [];
  if (name !== undefined && !choice.startsWith('/')) return choiceItems(name, choice, before.length);
  const [, opening, started = ''] = /(\$\{?)(\w*)$/.exec(before) ?? [];
  if (opening !== undefined) return variableItems(opening, started, before.length, await sources.variableNames());
  const stage = /(?:^|[\s,])(?:--)?from=([\w.-]*)$/.exec(before)?.[1];
  if (stage !== undefined) return named(sources.stageNames(), stage, before.length, 'module');
  const question = askImage(typedWord(before));
  if (question === undefined) return [];
  return question.read(await sources.askImage(question.script)).map((word) => imageItem(word, before.length));
}

function commandItems(before: string, started: string): readonly Item[] {
  const start = before.length - started.length - 1;
  return commands
    .filter(({ name }) => name.startsWith(started))
    .map(({ name, help }) => ({
      label: `:${name}`,
      detail: help,
      type: 'function',
      start,
      length: started.length + 1,
    }));
}

function choiceItems(name: string, started: string, end: number): readonly Item[] {
  return named(commands.find((command) => command.name === name)?.choices ?? [], started, end, 'value');
}

function named(names: readonly string[], started: string, end: number, type: 'value' | 'module'): readonly Item[] {
  const start = end - started.length;
  return names
    .filter((each) => each.startsWith(started))
    .map((label) => ({ label, type, start, length: started.length }));
}

function variableItems(opening: string, started: string, end: number, names: readonly string[]): readonly Item[] {
  const closing = opening.endsWith('{') ? '}' : '';
  return names
    .filter((name) => name.startsWith(started))
    .map((name) => ({
      label: `${opening}${name}${closing}`,
      type: 'variable',
      start: end - started.length - opening.length,
      length: started.length + opening.length,
    }));
}

function imageItem({ text, kind, start }: ImageWord, end: number): Item {
  return { label: text, type: kind === 'program' ? 'function' : 'file', start, length: end - start };
}
