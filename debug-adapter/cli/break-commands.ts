/** Commands about breakpoints. */
import { readBreak } from './breakpoints.js';
import { linesOf, oneOf } from './looks.js';
import type { Context, Next, Offers } from './context.js';

/** Sets one, or lists them. */
export async function setBreak(context: Context, operand: string): Promise<Next> {
  const { adapter, breakpoints, machine, print } = context;
  if (operand === '') {
    print(breakpoints.list());
    return 'stay';
  }
  const wanted = readBreak(operand);
  if (wanted === undefined) {
    print(
      'After the place there is a rule: if COMMAND, hits NUMBER or log TEXT. E.g. :break 12 if test -e /etc/passwd',
    );
    return 'stay';
  }
  const { place, rule } = wanted;
  const [bringBack, held] = [breakpoints.remember(), breakpoints.holds(place)];
  if (!breakpoints.add(place, machine.lines(machine.path), rule)) {
    print(`There is no stage or instruction "${place}".`);
    return 'stay';
  }
  await breakpoints.send(adapter, machine.path);
  const said = breakpoints.describe(place);
  if (held ? breakpoints.holds(place) : !breakpoints.refuses(place)) {
    print(`Breakpoint: ${said}`);
    return 'stay';
  }
  // Lines and names may be of a text that is not built yet; a rule that is not understood is wrong in any.
  if (!held && machine.edited && rule.hitCondition === undefined && rule.logMessage === undefined) {
    print(`Breakpoint: ${said} The Dockerfile was saved since: it is looked at again with the next build.`);
    return 'stay';
  }
  bringBack();
  await breakpoints.send(adapter, machine.path);
  print(`Not set: ${said}${held ? `\nThe one that was there stays: ${breakpoints.describe(place)}` : ''}`);
  return 'stay';
}

/** Removes one by its number, or all. */
export async function deleteBreak({ adapter, breakpoints, machine, print }: Context, operand: string): Promise<Next> {
  if (breakpoints.remove(operand)) await breakpoints.send(adapter, machine.path);
  else print(operand === '' ? ':delete NUMBER, or :delete all' : `There is no breakpoint ${operand}.`);
  print(breakpoints.list());
  return 'stay';
}

const instruction = /^\s*([a-z]+)\s/i;
const stageName = /^\s*from\s.*\sas\s+(\S+)/i;

/** Lines, stages, kinds of instructions, both; then how a rule begins. */
export const breakOffers: Offers = async (context, earlier) => {
  if (earlier !== '') return /\s/.test(earlier) ? [] : ['if', 'hits', 'log'];
  const lines = await linesOf(context);
  const texts = context.machine.lines(context.machine.path);
  const stages: string[] = [];
  const words = new Set<string>();
  for (const line of lines) {
    const text = texts[Number(line) - 1] ?? '';
    const word = instruction.exec(text)?.[1]?.toUpperCase();
    const stage = stageName.exec(text)?.[1];
    if (stage !== undefined) stages.push(stage);
    if (word === undefined || word === 'FROM') continue;
    words.add(word);
    if (stages.length > 0) words.add(`${stages.at(-1)}:${word}`);
  }
  return [...lines, ...new Set(stages), ...words];
};

/** Numbers of those that there are. */
export const deleteOffers: Offers = ({ breakpoints }, earlier) =>
  oneOf(
    earlier,
    breakpoints.count === 0 ? [] : [...Array.from({ length: breakpoints.count }, (_, at) => String(at + 1)), 'all'],
  );
