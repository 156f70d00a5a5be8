/** What is said at a stop and at the end. */
import type { Colors } from 'picocolors/types';
import { Refusal } from './adapter.js';
import { type Context, frameOf } from './context.js';
import { excerpt } from './excerpt.js';
import { fieldsOf, textOf } from './fields.js';
import type { Machine, Stopped } from './machine.js';
import { seconds } from './steps.js';

/** Where and why the machine stands. */
export async function stopReport(context: Context, news: Stopped): Promise<string> {
  const { machine, colors, breakpoints } = context;
  const frame = frameOf(context);
  const failed = news.reason === 'exception';
  const parts: string[] = ['', ...(context.place.platform === '' ? [] : [colors.bold(context.place.platform)])];
  if (frame !== undefined && frame.line > 0) {
    const lines = machine.lines(frame.path);
    const { line: first, endLine: last, column, endColumn } = frame;
    const columns = [column, endColumn] as const;
    parts.push(
      excerpt({ name: machine.name, lines, first, last, columns, around: 2, breaks: breakpoints.lines }, colors),
    );
  }
  if (failed) parts.push(await failureReport(context, news));
  else {
    const said = [news.text === '' ? news.reason : news.text, news.why].filter((text) => text !== '');
    parts.push(colors.yellow(`Stopped: ${said.join(': ')}`));
  }
  return `${parts.join('\n')}\n`;
}

/** There is no other build: where the user was brought back to. */
export function keptReport(context: Context): string {
  const { machine, colors } = context;
  const { name = '', line = 0 } = frameOf(context) ?? {};
  return colors.dim(`The stop at ${machine.name}:${line} (${name}) is as it was.`);
}

/** Command, exit code, last output and advice, as the adapter tells them. */
async function failureReport({ adapter, colors }: Context, news: Stopped): Promise<string> {
  try {
    const body = await adapter.request('exceptionInfo', { threadId: news.threadId });
    const description = textOf(body['description'], news.text);
    const more = fieldsOf(body['details']);
    const details = textOf(more['stackTrace'], textOf(more['message']))
      .split('\n')
      .filter((line) => line === '' || !description.includes(line))
      .join('\n')
      .replace(/^\n+|\s+$/g, '');
    return [colors.red(description), details].filter((text) => text !== '').join('\n');
  } catch (error) {
    if (error instanceof Refusal) return colors.red(news.why === '' ? news.text : news.why);
    throw error;
  }
}

/** Errors with their lines, one for each line; '' when there are none. */
export function errors(machine: Machine, colors: Colors): string {
  const found = machine.problems.filter(({ severity }) => severity === 'error');
  const first = found.filter(({ line }, index) => found.findIndex((other) => other.line === line) === index);
  return first
    .map(({ path, line, endLine, message, hint }) => {
      const isOwn = path === '' || path === machine.path;
      const lines = machine.lines(isOwn ? machine.path : path);
      const code = excerpt({ name: isOwn ? machine.name : path, lines, first: line, last: endLine, around: 2 }, colors);
      return `\n${code}\n${colors.red(message)}\n${hint === '' ? '' : `${hint}\n`}`;
    })
    .join('');
}

/** A line for each warning; '' when there are none. */
export function warnings(machine: Machine, colors: Colors): string {
  const found = machine.problems.filter(({ severity }) => severity === 'warning');
  return found.map(({ line, message }) => `${colors.yellow('WARNING')} ${machine.name}:${line}  ${message}\n`).join('');
}

/** One line about a build that is over. */
export function summary(machine: Machine, milliseconds: number, colors: Colors): string {
  // To look a base up is no work of the build, and is done each time.
  const steps = machine.steps.all().filter((step) => !/^from\s/i.test(machine.textOf(step)));
  const cached = steps.filter((step) => step.status === 'cached').length;
  const ran = steps.filter((step) => step.status === 'done').length;
  const time = seconds(milliseconds);
  switch (machine.outcome) {
    case 'completed':
      return colors.green(`Build finished in ${time}: ${ran} ${ran === 1 ? 'step' : 'steps'} run, ${cached} cached.`);
    case 'failed':
      return colors.red(`Build failed after ${time}.`);
    case 'canceled':
    case undefined:
      return colors.yellow(`Build ended after ${time}.`);
  }
}
