/** The talk at a stop: reads lines, runs commands, until the machine moves or the user leaves. */
import { Refusal } from './adapter.js';
import { commandNames, findCommand } from './commands.js';
import { type Context, frameOf, type Next } from './context.js';
import { listOf, numberOf, textOf } from './fields.js';
import { unknownCommand } from './help.js';
import type { Complete, Prompt } from './prompt.js';
import type { Foreground } from './terminal.js';

/** What a conversation holds in its hands. */
export interface Talk {
  readonly context: Context;
  readonly prompt: Prompt;
  readonly foreground: Foreground;
  /** Ctrl-C on an empty line, asked until the first line is typed: whether that quits at once. */
  readonly quits: () => boolean;
  /** The evaluation that Ctrl-C cancels. */
  evaluation: AbortController | undefined;
}

/** Talks until the prompt is not needed any more; `left` is by Ctrl-C. */
export async function converse(talk: Talk): Promise<'resume' | 'quit' | 'left'> {
  const { context, prompt, foreground } = talk;
  let { quits } = talk;
  for (;;) {
    await foreground.free;
    if (!context.machine.stands(context.place.threadId)) return 'resume';
    const answer = await prompt.ask(promptText(context), quits);
    if (answer.kind === 'end') return 'quit';
    if (answer.kind === 'left') return 'left';
    if (answer.kind === 'interrupted') return 'resume';
    quits = () => false;
    const next = await obey(talk, answer.text.trim());
    if (next !== 'stay') return next;
  }
}

/** Runs one line; a refusal is an answer like any other. */
async function obey(talk: Talk, line: string): Promise<Next> {
  const { context } = talk;
  if (line === '') return 'stay';
  try {
    const found = findCommand(line);
    if (found !== undefined) {
      const { command, operand } = found;
      if (command.operand !== undefined || operand === '') return await command.run(context, operand);
      context.print(context.colors.red(`:${command.names[0] ?? ''} takes no words, and "${operand}" follows it.`));
      return 'stay';
    }
    const shells = talk.foreground.started;
    const result = await evaluate(talk, line);
    // A shell has said itself what it is.
    if (talk.foreground.started > shells) return 'stay';
    // A command that went well has said what it had to say.
    if (line.startsWith(':') || result !== 'exit code 0') context.print(result);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const unknown = error.code === 'command-unknown' ? /^:(?:help\s+:?)?(\S*)/.exec(line)?.[1] : undefined;
    if (unknown !== undefined) context.print(context.colors.red(await unknownCommand(context, unknown)));
    else context.print(error.cancelled ? context.colors.dim('Cancelled.') : context.colors.red(error.message));
  }
  return 'stay';
}

async function evaluate(talk: Talk, expression: string): Promise<string> {
  const { adapter } = talk.context;
  const frameId = frameOf(talk.context)?.id;
  const controller = new AbortController();
  talk.evaluation = controller;
  try {
    const args = { expression, context: 'repl', ...(frameId === undefined ? {} : { frameId }) };
    const body = await adapter.request('evaluate', args, { signal: controller.signal });
    return textOf(body['result']);
  } finally {
    talk.evaluation = undefined;
  }
}

function promptText(context: Context): string {
  const { machine, colors } = context;
  const { line = 0, name = '' } = frameOf(context) ?? {};
  const stage = machine.steps.at(line)?.stage ?? /^\[(\S+)\]/.exec(name)?.[1] ?? machine.name;
  const { threadId, platform } = context.place;
  const words = [platform, `${stage}:${line}`, machine.stateOf(threadId)].filter((word) => word !== '');
  return colors.bold(`[${words.join(' ')}]$ `);
}

/** Completion by the adapter; words of debugger commands also from here. */
export function completer(context: () => Context | undefined): Complete {
  return async (typed) => {
    const now = context();
    if (now === undefined) return [];
    const [, first = '', word = ''] = /^(:\S+\s+(?:.*\s)?)(\S*)$/s.exec(typed) ?? [];
    const offers = findCommand(first)?.command.offers;
    if (offers !== undefined) {
      const words = await offers(now, first.replace(/^:\S+\s+/, '').trim());
      const colon = word.startsWith(':') ? ':' : '';
      return words.map((text) => ({ text: `${colon}${text}`, start: typed.length - word.length }));
    }
    const own = /^:\S*$/.test(typed) ? commandNames(now).map((text) => ({ text, start: 0 })) : [];
    const frameId = frameOf(now)?.id;
    const args = { text: typed, column: typed.length + 1, ...(frameId === undefined ? {} : { frameId }) };
    const body = await now.adapter.request('completions', args);
    const theirs = listOf(body['targets']).map((target) => {
      const text = textOf(target['text'], textOf(target['label']));
      const length = numberOf(target['length']);
      return { text, start: length === undefined ? startOf(typed, text) : typed.length - length };
    });
    const known = new Set(own.map(({ text }) => text));
    return [...own, ...theirs.filter(({ text }) => !known.has(text))];
  };
}

/** Without a length the text is put at the cursor, but most adapters repeat the word that is being typed. */
function startOf(typed: string, text: string): number {
  const word = /\S*$/.exec(typed)?.[0] ?? '';
  return text.startsWith(word) ? typed.length - word.length : typed.length;
}
