/** `:help`, and words for a command that there is not: of the terminal's own commands and of the adapter's. */
import { nearest } from '../patterns/nearest.js';
import { available, type ClientCommand, commandNames, findCommand } from './commands.js';
import { frameOf, type Context, type Next, type Offers } from './context.js';
import { listOf, textOf } from './fields.js';

/** How it is written, and what it does. */
function row({ names, operand, help: text }: ClientCommand): readonly [string, string] {
  const [name = '', short] = names;
  const written = `:${name}${operand === undefined ? '' : ` ${operand}`}`;
  return [written, `${text}${short === undefined ? '' : ` (:${short})`}`];
}

/** Lists all commands, or tells more of one. */
export async function help(context: Context, operand: string): Promise<Next> {
  const { capabilities, colors, print } = context;
  const [, name, rest] = /^:?(\S+)(?:\s+(.*))?$/.exec(operand) ?? [];
  const own = available(capabilities).find(({ names }) => name !== undefined && names.includes(name));
  if (own !== undefined && rest === undefined) {
    const samples = own.samples.map((sample) => `E.g. ${sample}`);
    print([...row(own), ...samples].join('\n  '));
  } else if (operand !== '') {
    print(await answerOf(context, `:help ${operand}`));
  } else {
    print(colors.bold('Plain text runs as a shell command in the step, $NAME shows a variable. Commands:'));
    const theirs = (await answerOf(context, ':help')).split('\n').map((line) => line.trim());
    const others = theirs.filter((line) => line.startsWith(':') && findCommand(line) === undefined);
    const rows = [...available(capabilities).map(row), ...others.map((line) => line.split(/ {2,}/))];
    const width = Math.max(...rows.map(([command = '']) => command.length));
    print(rows.map(([command = '', ...words]) => `  ${command.padEnd(width)}  ${words.join(' ')}`).join('\n'));
  }
  return 'stay';
}

/** What the adapter's console answers. */
async function answerOf(context: Context, expression: string): Promise<string> {
  const frameId = frameOf(context)?.id ?? 0;
  return textOf((await context.adapter.request('evaluate', { expression, context: 'repl', frameId }))['result']);
}

/** Names of all commands, without the colon. */
async function allNames(context: Context): Promise<readonly string[]> {
  const { targets } = await context.adapter.request('completions', { text: ':', column: 2 });
  const theirs = listOf(targets).map(({ label }) => textOf(label));
  return [...new Set([...commandNames(context), ...theirs])].map((name) => name.replace(/^:/, ''));
}

/** Words for the name of a command that nobody knows. */
export async function unknownCommand(context: Context, name: string): Promise<string> {
  if (name === '') return 'A command follows the colon at once. :help lists all.';
  const near = nearest(name, await allNames(context));
  return `There is no command :${name}. ${near === undefined ? ':help lists all commands.' : `Did you mean :${near}?`}`;
}

/** Names of commands. */
export async function helpOffers(...[context, earlier]: Parameters<Offers>): Promise<readonly string[]> {
  return earlier === '' ? await allNames(context) : [];
}
