import type { DebugProtocol } from '@vscode/debugprotocol';
import { describe } from '../problems.js';
import { commands } from './table.js';

/** An offer; `start` counts from 0. */
type Completion = DebugProtocol.CompletionItem & { readonly start: number };

/** What may stand where the caret is: commands after `:`, their words, variables after `$`. */
export async function completions(
  before: string,
  variableNames: () => Promise<readonly string[]>,
): Promise<readonly Completion[]> {
  const word = /^:(\S*)$/.exec(before)?.[1];
  if (word !== undefined) {
    return commands
      .filter(({ name }) => name.startsWith(word))
      .map(({ name, help }) => ({
        label: `:${name}`,
        detail: help,
        type: 'function',
        start: 0,
        length: before.length,
      }));
  }
  const [, name, choice = ''] = /^:(\S+)\s+(\S*)$/.exec(before) ?? [];
  if (name !== undefined) {
    const choices = commands.find((command) => command.name === name)?.choices ?? [];
    const start = before.length - choice.length;
    return choices
      .filter((each) => each.startsWith(choice))
      .map((label) => ({ label, type: 'value', start, length: choice.length }));
  }
  const [, opening, started = ''] = /(\$\{?)(\w*)$/.exec(before) ?? [];
  return opening === undefined ? [] : variables(opening, started, before.length, variableNames);
}

async function variables(
  opening: string,
  started: string,
  end: number,
  variableNames: () => Promise<readonly string[]>,
): Promise<readonly Completion[]> {
  try {
    const names = (await variableNames()).filter((name) => name.startsWith(started));
    const closing = opening.endsWith('{') ? '}' : '';
    return names.map((name) => ({
      label: `${opening}${name}${closing}`,
      type: 'variable',
      start: end - started.length - opening.length,
      length: started.length + opening.length,
    }));
  } catch (error) {
    // Nothing stands anywhere: then there are no variables, and that is no reason for a message while typing.
    if (describe(error).code !== 'bug') return [];
    throw error;
  }
}
