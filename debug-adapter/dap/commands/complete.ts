import type { DebugProtocol } from '@vscode/debugprotocol';
import { askImage, type ImageWord } from './image-words.js';
import { type Choice, offered, type OfferSources } from './offers.js';
import { type Command, commands } from './table.js';
import { typedWord, type TypedWord } from './typed-word.js';
import { splitWords } from './words.js';

/** An offer; `start` counts from 0. */
type Item = DebugProtocol.CompletionItem & { readonly start: number };

/** What may stand where the caret is. */
export async function completions(before: string, sources: OfferSources): Promise<readonly Item[]> {
  const own = /^\s*:(\S*)$/.exec(before)?.[1];
  if (own !== undefined) return commandItems(before, own);
  const name = /^\s*:(\S+)\s/.exec(before)?.[1];
  const found = commands.find((command) => command.name === name);
  if (found?.takesLine === true) {
    const line = blanked(before, found);
    const flag = /^\s*(--\S*)$/.exec(line)?.[1];
    return flag === undefined ? lineItems(line, sources) : named(found.flags ?? [], flag, before.length, 'value');
  }
  if (name !== undefined) return wordItems(name, before, sources);
  return lineItems(before, sources);
}

/** Blanks in the place of the command's name and flags: what is left is a line of the image's shell, at its place. */
function blanked(before: string, { name, flags = [] }: Command): string {
  const own = new RegExp(`^\\s*:${name}\\s+(?:(?:${flags.join('|')})\\s+)*`);
  return before.replace(own, (all) => ' '.repeat(all.length));
}

/** A command line of the image: variables, stages behind `from=`, programs and paths. */
async function lineItems(before: string, sources: OfferSources): Promise<readonly Item[]> {
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

/** A word behind a command: one of its flags, or what it takes at that place. */
async function wordItems(name: string, before: string, sources: OfferSources): Promise<readonly Item[]> {
  const { flags = [], offers = [], most = 0 } = commands.find((command) => command.name === name) ?? {};
  const word = typedWord(before);
  const earlier = wordsBefore(before.slice(0, word.start)).slice(1);
  if (earlier.length >= most) return [];
  const place = earlier.filter((each) => !flags.some((flag) => isFlag(each, flag))).length;
  const offer = offers[Number.isFinite(most) ? place : Math.min(place, offers.length - 1)];
  const own = commands.map(({ name: label, help }) => ({ label, detail: help }));
  const valued = flags.find((flag) => flag.endsWith('=') && word.text.startsWith(flag));
  const isWord = offer !== undefined && !word.text.startsWith('--');
  const found =
    valued !== undefined
      ? await treesBehind(valued, word, sources)
      : isWord
        ? await offered(offer, word, own, sources)
        : [];
  const left = flags.filter(
    (flag) => flag !== valued && !earlier.some((each) => isFlag(each, flag)) && flag.startsWith(word.text),
  );
  return [
    ...named(word.text === '' && found.length > 0 ? [] : left, word.text, before.length, 'value'),
    ...found.map(({ type, ...choice }, index) => ({
      ...choice,
      ...(type !== undefined && { type }),
      length: before.length - choice.start,
      // As they come, not by their letters: line 10 is behind line 2.
      sortText: String(index).padStart(6, '0'),
    })),
  ];
}

function isFlag(word: string, flag: string): boolean {
  return flag.endsWith('=') ? word.startsWith(flag) : word === flag;
}

async function treesBehind(flag: string, word: TypedWord, sources: OfferSources): Promise<readonly Choice[]> {
  const found = await offered('tree', { ...word, text: word.text.slice(flag.length) }, [], sources);
  return found.map((choice) => ({ ...choice, label: `${word.quote}${flag}${choice.label}` }));
}

/** A quote that is still open is somebody's that is typing. */
function wordsBefore(text: string): readonly string[] {
  try {
    return splitWords(text);
  } catch {
    return text.trim().split(/\s+/);
  }
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
