/** The commands at the prompt that the terminal answers itself; all others go to the adapter. */
import type { Colors } from 'picocolors/types';
import type { Adapter } from './adapter.js';
import { readBreak, type Breakpoints } from './breakpoints.js';
import { excerpt } from './excerpt.js';
import { type Fields, listOf, numberOf, textOf } from './fields.js';
import { type Frame, framesOf, type Machine } from './machine.js';

/** What a command may use. */
export interface Context {
  readonly adapter: Adapter;
  readonly machine: Machine;
  readonly breakpoints: Breakpoints;
  readonly capabilities: Fields;
  readonly colors: Colors;
  /** The thread that is looked at, its stack, and which frame of it. */
  place: Place;
  readonly print: (text: string) => void;
}

/** Where the user looks. */
export interface Place {
  readonly threadId: number;
  /** '' when there is only one. */
  readonly platform: string;
  readonly frames: readonly Frame[];
  readonly index: number;
}

/** Whether the prompt comes back. */
export type Next = 'stay' | 'resume' | 'quit';

interface ClientCommand {
  /** Without the colon; the first is shown. */
  readonly names: readonly string[];
  readonly operand?: string;
  readonly help: string;
  /** Capability of the adapter without which it cannot work. */
  readonly needs?: string;
  run(context: Context, operand: string): Promise<Next>;
}

/** Finds the command that a line starts with. */
export function findCommand(line: string): { readonly command: ClientCommand; readonly operand: string } | undefined {
  const [, name, operand = ''] = /^:(\S+)\s*(.*?)\s*$/.exec(line) ?? [];
  const command = commands.find(({ names }) => name !== undefined && names.includes(name));
  return command === undefined ? undefined : { command, operand };
}

/** The row of one of them, by any of its names. */
export function helpRow(context: Context, name: string): readonly [string, string] | undefined {
  const own = available(context.capabilities);
  return helpRows(context)[own.findIndex(({ names }) => names.includes(name))];
}

/** How each command of the terminal's own is written, and what it does. */
export function helpRows({ capabilities }: Context): readonly (readonly [string, string])[] {
  return available(capabilities).map(({ names, operand, help }) => {
    const [name = '', short] = names;
    return [
      `:${name}${operand === undefined ? '' : ` ${operand}`}`,
      `${help}${short === undefined ? '' : ` (:${short})`}`,
    ];
  });
}

/** Names of the commands with their colon. */
export function commandNames({ capabilities }: Context): readonly string[] {
  return available(capabilities).map(({ names }) => `:${names[0] ?? ''}`);
}

function available(capabilities: Fields): readonly ClientCommand[] {
  return commands.filter(({ needs }) => needs === undefined || capabilities[needs] === true);
}

/** The frame that evaluations and variables are about. */
export function frameOf({ place }: Context): Frame | undefined {
  return place.frames[place.index];
}

function moves(request: string): ClientCommand['run'] {
  return async ({ adapter, machine, place }) => {
    const undo = machine.resume(request === 'restart' ? undefined : place.threadId);
    try {
      await adapter.request(request, { threadId: place.threadId });
    } catch (error) {
      undo();
      throw error;
    }
    return 'resume';
  };
}

/** A command of the adapter's console after which the build goes on, so that the prompt waits for the next stop. */
function tells(name: string, all: boolean): ClientCommand['run'] {
  return async (context, operand) => {
    const { adapter, machine, place, print } = context;
    const frameId = frameOf(context)?.id ?? 0;
    const undo = machine.resume(all ? undefined : place.threadId);
    try {
      const expression = `:${name} ${operand}`.trimEnd();
      const said = textOf((await adapter.request('evaluate', { expression, context: 'repl', frameId }))['result']);
      if (said !== '') print(said);
    } catch (error) {
      undo();
      throw error;
    }
    return 'resume';
  };
}

const restart: ClientCommand['run'] = (context, operand) =>
  (operand === '' ? moves('restart') : tells('restart', true))(context, operand);

const commands: readonly ClientCommand[] = [
  { names: ['next', 'n'], help: 'run this instruction', run: moves('next') },
  { names: ['step', 's', 'in'], help: 'step into the stage or command that it uses', run: moves('stepIn') },
  { names: ['out', 'o'], help: 'run to the end of this stage', run: moves('stepOut') },
  { names: ['continue', 'c'], help: 'run to the next stop or to the end', run: moves('continue') },
  { names: ['back', 'b'], help: 'back to the instruction before', needs: 'supportsStepBack', run: moves('stepBack') },
  {
    names: ['reverse', 'rc'],
    help: 'back to the breakpoint before',
    needs: 'supportsStepBack',
    run: moves('reverseContinue'),
  },
  {
    names: ['goto'],
    operand: 'LINE',
    help: 'jump there: back at once, forward by running up to it',
    needs: 'supportsGotoTargetsRequest',
    run: tells('goto', false),
  },
  { names: ['retry'], help: 'run this step again for real, and go on', run: tells('retry', true) },
  { names: ['force'], operand: '[LINE]', help: 'run a step without the cache, and go on', run: tells('force', true) },
  { names: ['apply'], help: 'take saved edits, and come back here', run: tells('apply', true) },
  {
    names: ['restart', 'r'],
    operand: '[NAME=VALUE]',
    help: 'build again with the files as they are now',
    run: restart,
  },
  {
    names: ['break'],
    operand: '[PLACE [RULE]]',
    help: 'stop at a line, stage, RUN, build:RUN; RULE: if COMMAND, hits N, log TEXT',
    run: setBreak,
  },
  { names: ['delete'], operand: 'NUMBER|all', help: 'remove breakpoints', run: deleteBreak },
  { names: ['list', 'l'], operand: '[LINE]', help: 'show the Dockerfile', run: showLines },
  { names: ['where', 'w'], operand: '[NUMBER]', help: 'show the stack, or look at another frame of it', run: where },
  { names: ['thread'], operand: '[NUMBER]', help: 'show the platforms, or look at another one', run: thread },
  { names: ['vars', 'v'], operand: '[SCOPE]', help: 'show arguments, environment, mounts …', run: showVariables },
  { names: ['quit', 'q'], help: 'end the build and leave', run: () => Promise.resolve('quit') },
];

async function setBreak(context: Context, operand: string): Promise<Next> {
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
  if (!breakpoints.add(place, machine.lines(machine.path), rule)) {
    print(`There is no stage or instruction "${place}".`);
    return 'stay';
  }
  await breakpoints.send(adapter, machine.path);
  print(`Breakpoint: ${breakpoints.describe(place)}`);
  return 'stay';
}

async function deleteBreak({ adapter, breakpoints, machine, print }: Context, operand: string): Promise<Next> {
  if (breakpoints.remove(operand)) await breakpoints.send(adapter, machine.path);
  else print(operand === '' ? ':delete NUMBER, or :delete all' : `There is no breakpoint ${operand}.`);
  print(breakpoints.list());
  return 'stay';
}

function showLines(context: Context, operand: string): Promise<Next> {
  const { machine, breakpoints, colors, print } = context;
  const frame = frameOf(context);
  const line = /^\d+$/.test(operand) ? Number(operand) : undefined;
  const lines = machine.lines(frame?.path ?? machine.path);
  const first = line ?? frame?.line ?? 1;
  const last = line ?? frame?.endLine ?? 1;
  print(excerpt({ name: machine.name, lines, first, last, around: 8, breaks: breakpoints.lines }, colors));
  return Promise.resolve('stay');
}

function where(context: Context, operand: string): Promise<Next> {
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

async function thread(context: Context, operand: string): Promise<Next> {
  const { adapter, print } = context;
  const threads = listOf((await adapter.request('threads'))['threads']);
  const wanted = threads.find(({ id }) => operand !== '' && String(numberOf(id)) === operand);
  const threadId = numberOf(wanted?.['id']);
  if (threadId !== undefined) {
    const frames = framesOf(await adapter.request('stackTrace', { threadId }));
    context.place = { threadId, platform: platformOf(threads, threadId), frames, index: 0 };
  }
  if (wanted === undefined && operand !== '') print(`There is no thread ${operand}.`);
  const rows = threads.map(({ id, name }) => {
    const number = numberOf(id) ?? 0;
    return `${number === context.place.threadId ? '>' : ' '} ${number}  ${textOf(name)}`;
  });
  print(rows.join('\n'));
  return 'stay';
}

/** What the thread is called, when there are several. */
export function platformOf(threads: readonly Fields[], threadId: number): string {
  return threads.length > 1 ? textOf(threads.find(({ id }) => id === threadId)?.['name']) : '';
}

async function showVariables(context: Context, operand: string): Promise<Next> {
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
