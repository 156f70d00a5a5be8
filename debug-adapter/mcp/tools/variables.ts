import * as z from 'zod/v4';
import type { Adapter } from '../../cli/adapter.js';
import { type Fields, fieldsOf, listOf, numberOf, textOf } from '../../cli/fields.js';
import { count, pageOf, shortened } from '../page.js';
import { placeInput, placeOf } from '../place.js';
import { defineTool } from '../tool.js';
import { ToolError } from '../tool-error.js';

const usualLines = 150;
const longestValue = 600;

/** What the Variables view of an editor shows. */
export const variables = defineTool({
  name: 'variables',
  title: 'Variables of the stop',
  description: [
    'What is known at the stop, each value with the line that set it: the failure, the step (user, workdir, shell, network, duration),',
    'build arguments, environment, mounts, and within a RUN the variables of its script. Values of secrets are never shown.',
    'Without "path" it shows all scopes that cost no time; "path" goes into one: ["Image config"], ["Mounts", "/root/.cache"].',
  ].join(' '),
  annotations: { readOnlyHint: true, openWorldHint: false },
  input: {
    path: z
      .array(z.string())
      .optional()
      .describe(
        'Name of a scope, then names of values within it, as shown by a call before; "…" marks those that hold more.',
      ),
    offset: z.int().min(0).optional().describe('First line to show, from 0.'),
    lines: z.int().min(1).max(500).optional().describe(`How many lines. Default: ${usualLines}.`),
    ...placeInput,
  },
  run: async ({ path = [], offset = 0, lines = usualLines, platform, frame }, { desk }) => {
    const { adapter } = desk.build;
    const { frame: chosen } = await placeOf(desk.build, { platform, frame });
    const scopes = listOf((await adapter.request('scopes', { frameId: chosen.id }))['scopes']);
    const rows = path.length === 0 ? await overview(adapter, scopes) : await inside(adapter, scopes, path);
    const page = pageOf(rows, offset, lines);
    const rest =
      page.behind > 0 ? `\n… ${count(page.behind, 'more line')} (offset ${rows.length - page.behind} goes on)` : '';
    return `${page.text}${rest}`;
  },
});

async function overview(adapter: Adapter, scopes: readonly Fields[]): Promise<readonly string[]> {
  const parts = scopes.map(async (scope) => {
    const name = textOf(scope['name']);
    if (scope['expensive'] === true) return [`${name}: pass path ["${name}"]`];
    const found = await childrenOf(adapter, scope);
    return [`${name}:${found.length === 0 ? ' (none)' : ''}`, ...found.map(row)];
  });
  return (await Promise.all(parts)).flat();
}

async function inside(
  adapter: Adapter,
  scopes: readonly Fields[],
  path: readonly string[],
): Promise<readonly string[]> {
  let here = scopes;
  let last: Fields = {};
  for (const [index, name] of path.entries()) {
    const found = here.find((each) => textOf(each['name']).toLowerCase() === name.toLowerCase());
    if (found === undefined) {
      const names = here.map((each) => textOf(each['name'])).join(', ');
      const where = index === 0 ? 'among the scopes here' : `in ${path.slice(0, index).join(' > ')}`;
      throw new ToolError(`There is no "${name}" ${where}. There are: ${shortened(names, 2000)}`);
    }
    last = await resolved(adapter, found);
    here = await childrenOf(adapter, last);
  }
  if (here.length === 0) return [row(last).trimStart()];
  return (await Promise.all(here.map((each) => resolved(adapter, each)))).map(row);
}

async function childrenOf(adapter: Adapter, parent: Fields): Promise<readonly Fields[]> {
  const reference = numberOf(parent['variablesReference']) ?? 0;
  if (reference === 0) return [];
  return listOf((await adapter.request('variables', { variablesReference: reference }))['variables']);
}

/** What costs time is asked for where it is asked for by name. */
async function resolved(adapter: Adapter, variable: Fields): Promise<Fields> {
  if (!isLazy(variable)) return variable;
  return (await childrenOf(adapter, variable))[0] ?? variable;
}

function isLazy(variable: Fields): boolean {
  return fieldsOf(variable['presentationHint'])['lazy'] === true;
}

function row(variable: Fields): string {
  const more = (numberOf(variable['variablesReference']) ?? 0) > 0 && !isLazy(variable) ? ' …' : '';
  const type = textOf(variable['type']);
  const value = isLazy(variable)
    ? '(costs time: go into it with path)'
    : shortened(textOf(variable['value']), longestValue);
  return `  ${textOf(variable['name'])} = ${value.replaceAll('\n', '\\n')}${more}${type === '' ? '' : `   # ${type}`}`;
}
