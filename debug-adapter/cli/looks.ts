/** Commands that show where the build stands. */
import type { Colors } from 'picocolors/types';
import { frameOf, type Context, type Next, type Offers } from './context.js';
import { excerpt } from './excerpt.js';
import { type Fields, listOf, numberOf, textOf } from './fields.js';

/** An excerpt around a line, or around where the build stands. */
export function showLines(context: Context, operand: string): Promise<Next> {
  const { machine, breakpoints, colors, print } = context;
  const frame = frameOf(context);
  const lines = machine.lines(frame?.path ?? machine.path);
  const line = operand === '' ? undefined : Number(operand);
  if (line !== undefined && !(Number.isInteger(line) && line > 0 && line <= lines.length)) {
    print(`"${operand}" is no line of the ${machine.name}: it has ${lines.length}.`);
    return Promise.resolve('stay');
  }
  const first = line ?? frame?.line ?? 1;
  const last = line ?? frame?.endLine ?? 1;
  print(excerpt({ name: machine.name, lines, first, last, around: 8, breaks: breakpoints.lines }, colors));
  return Promise.resolve('stay');
}

/** The stack; a number chooses a frame of it. */
export function where(context: Context, operand: string): Promise<Next> {
  const { place, print, colors } = context;
  if (/^\d+$/.test(operand) && place.frames[Number(operand)] !== undefined) {
    context.place = { ...place, index: Number(operand) };
  } else if (operand !== '') print(`There is no frame ${operand}.`);
  const rows = place.frames.map(({ name, line }, index) => {
    const row = `${index === context.place.index ? '>' : ' '} ${index}  ${name}${line > 0 ? colors.dim(`  line ${line}`) : ''}`;
    return index === context.place.index ? colors.bold(row) : row;
  });
  print(rows.join('\n'));
  return Promise.resolve('stay');
}

/** The variables of a scope, or of all that cost no time. */
export async function showVariables(context: Context, operand: string): Promise<Next> {
  const { adapter, print, colors } = context;
  const frameId = frameOf(context)?.id ?? 0;
  const scopes = listOf((await adapter.request('scopes', { frameId }))['scopes']);
  const wanted = scopes.filter((scope) => {
    const name = textOf(scope['name']);
    return operand === '' ? scope['expensive'] !== true : name.toLowerCase().startsWith(operand.toLowerCase());
  });
  if (wanted.length === 0) print(`Scopes: ${scopes.map((scope) => textOf(scope['name'])).join(', ')}`);
  for (const scope of wanted) {
    const body = await adapter.request('variables', { variablesReference: scope['variablesReference'] });
    const found = listOf(body['variables']);
    const variables = operand === '' ? found : await Promise.all(found.map((one) => resolved(context, one)));
    print([colors.bold(textOf(scope['name'])), ...variables.map((one) => variableRow(one, colors))].join('\n'));
  }
  return 'stay';
}

/** What costs time is asked for where its scope is asked for by name. */
async function resolved({ adapter }: Context, variable: Fields): Promise<Fields> {
  if (!isLazy(variable)) return variable;
  const body = await adapter.request('variables', { variablesReference: variable['variablesReference'] });
  return listOf(body['variables'])[0] ?? variable;
}

function isLazy(variable: Fields): boolean {
  const hint = variable['presentationHint'];
  return typeof hint === 'object' && hint !== null && 'lazy' in hint && hint.lazy === true;
}

function variableRow(variable: Fields, colors: Colors): string {
  const more = (numberOf(variable['variablesReference']) ?? 0) > 0 ? colors.dim(' …') : '';
  const type = textOf(variable['type']);
  const value = isLazy(variable) ? colors.dim('(costs time)') : textOf(variable['value']);
  return `  ${colors.cyan(textOf(variable['name']))} = ${value}${more}${type === '' ? '' : colors.dim(`  ${type}`)}`;
}

/** Words of which only the first one counts. */
export function oneOf(earlier: string, words: readonly string[]): readonly string[] {
  return earlier === '' ? words : [];
}

/** Lines at which an instruction begins where a breakpoint may stand. */
export async function linesOf({ adapter, machine }: Context): Promise<readonly string[]> {
  const { path } = machine;
  const endLine = Math.max(1, machine.lines(path).length);
  const body = await adapter.request('breakpointLocations', { source: { path }, line: 1, endLine });
  return [...new Set(listOf(body['breakpoints']).flatMap(({ line }) => String(numberOf(line) ?? [])))];
}

/** Lines of instructions. */
export const listOffers: Offers = async (context, earlier) => (earlier === '' ? await linesOf(context) : []);

/** Numbers of frames. */
export const whereOffers: Offers = ({ place }, earlier) =>
  oneOf(
    earlier,
    place.frames.map((_, index) => String(index)),
  );

/** Names of scopes. */
export const scopeOffers: Offers = async (context, earlier) => {
  const { scopes } = await context.adapter.request('scopes', { frameId: frameOf(context)?.id ?? 0 });
  return oneOf(
    earlier,
    listOf(scopes).map(({ name }) => textOf(name).toLowerCase().split(' ')[0] ?? ''),
  );
};
