import { nearest } from '../../dockerfile/locate.js';
import type { Frame } from '../../debugger/api.js';
import { UserError } from '../../debugger/errors.js';
import type { FrameReference } from '../references.js';
import { chooseState, readState } from '../requests/custom.js';
import { frameName } from '../requests/stack.js';
import type { StateName } from '../../contract.js';
import type { Session } from '../session.js';
import { openShell } from '../shells.js';
import { argumentValues, environmentValues } from '../state/environment.js';
import { mountValues } from '../state/mounts.js';
import type { Value } from '../state/value.js';
import { fileCommands } from './files.js';
import { moveCommands, readAssignments } from './moves.js';
import type { Offer } from './offers.js';
import { requireAtMost, splitWords } from './words.js';
import { consoleOutput } from './run.js';

/** What a command has to work with. */
export interface Call {
  readonly session: Session;
  readonly words: readonly string[];
  /** All that follows the name, as it was typed. */
  readonly text: string;
  /** The frame that is meant; throws words when the build does not stand anywhere. */
  readonly frame: () => FrameReference;
  readonly signal: AbortSignal;
}

/** A command of the debug console, written as `:name`. */
export interface Command {
  readonly name: string;
  readonly help: string;
  /** How it is written. */
  readonly example: string;
  /** Lines as a user may type them, for what takes words. */
  readonly samples?: readonly string[];
  /** What only `:help NAME` says, a line each. */
  readonly notes?: readonly string[];
  /** How many words may follow; default: none. */
  readonly most?: number;
  /** What follows is a command line of the image's shell, which has its own rules for words. */
  readonly takesLine?: boolean;
  /** So many of them are names and paths, which may have blanks. */
  readonly paths?: number;
  /** Flags that may stand anywhere behind it, for completion; behind `=` the name of a file system follows. */
  readonly flags?: readonly string[];
  /** What each word is, for completion; where `most` is infinite the last one goes on. */
  readonly offers?: readonly Offer[];
  readonly run: (call: Call) => string | Promise<string>;
}

const meanings: Readonly<Record<StateName, string>> = {
  initial: 'before the step',
  failed: 'as the failed command left it',
};

function table(values: readonly Value[]): string {
  if (values.length === 0) return '(none)';
  const lines = values.map(({ name, value, type }) => `${name}=${value}${type === undefined ? '' : `   # ${type}`}`);
  return lines.join('\n');
}

/** All commands; `:help` and completion read this table. */
export const commands: readonly Command[] = [
  {
    name: 'help',
    help: 'list these commands, or tell more of one',
    example: ':help [COMMAND]',
    samples: [':help', ':help diff'],
    most: 1,
    offers: ['command'],
    run: ({ words: [name] }) => (name === undefined ? help() : helpOf(findCommand(name.replace(/^:/, '')))),
  },
  {
    name: 'shell',
    help: 'open a shell in this step; --same: in the container of the last shell',
    example: ':shell [--same]',
    samples: [':shell', ':shell --same'],
    most: 1,
    flags: ['--same'],
    run: async ({ session, frame, signal, words }) => {
      const strange = words.find((word) => word !== '--same');
      if (strange !== undefined) throw new UserError('shell-words', `:shell knows no ${strange}.`, 'There is --same.');
      return openShell(session, frame(), { same: words.length > 0, signal });
    },
  },
  {
    name: 'reset',
    help: 'give commands a fresh container of the same state: files, processes, cd, export as at first',
    example: ':reset',
    run: async ({ frame }) => {
      const { stop, frame: chosen } = frame();
      await chosen.reset();
      return `The next command runs in a fresh container (state ${stop.state}).`;
    },
  },
  {
    name: 'state',
    help: 'what commands, shells and files look at: before the step, or as the failed command left it',
    example: ':state [initial|failed]',
    samples: [':state', ':state initial'],
    most: 1,
    offers: ['state'],
    run: ({ words: [name], frame }) => {
      const { stop, frame: chosen } = frame();
      if (name !== undefined) chooseState(stop, readState(name));
      const isAfter = chosen.trees.list().some(({ tree }) => tree === 'after');
      const meaning = isAfter && stop.state === 'initial' ? 'after the step' : meanings[stop.state];
      const others = stop.states.filter((state) => state !== stop.state);
      return `${stop.state}: ${meaning}${others.length === 0 ? '' : ` (there is also: ${others.join(', ')})`}`;
    },
  },
  {
    name: 'rerun',
    help: 'run the command of this RUN again, in a fresh container of the state',
    example: ':rerun',
    run: async ({ session, frame, signal }) => {
      const output = consoleOutput(session);
      const code = await frame().frame.rerun(output.sink, signal);
      return output.answer(code);
    },
  },
  {
    name: 'env',
    help: 'list the environment, and where each value comes from',
    example: ':env',
    run: async ({ frame, signal }) => {
      const { frame: here } = frame();
      return table(environmentValues(await here.config(signal), (await here.scope(signal)).toCome));
    },
  },
  {
    name: 'args',
    help: 'list the build arguments in scope',
    example: ':args',
    run: async ({ frame, signal }) => {
      const { frame: here } = frame();
      return table(argumentValues(await here.config(signal), (await here.scope(signal)).outside));
    },
  },
  {
    name: 'mounts',
    help: 'list the mounts of this step',
    example: ':mounts',
    run: ({ frame }) => {
      const mounts = mountValues(frame().frame);
      return mounts.length === 0 ? '(none)' : mounts.map(({ name, value }) => `${name}: ${value}`).join('\n');
    },
  },
  {
    name: 'where',
    help: 'show the call stack, innermost first',
    example: ':where',
    run: ({ frame }) => {
      const { stop } = frame();
      const lineOf = ({ statement, instruction }: Frame): number => (statement ?? instruction).startLine;
      return stop.frames.map((each) => `line ${lineOf(each)}: ${frameName(each)}`).join('\n');
    },
  },
  {
    name: 'restart',
    help: 'build again with the files as they are now, and with other build arguments if given',
    example: ':restart [NAME=VALUE …]',
    samples: [':restart', ':restart VERSION=1.2', ':restart VERSION=1.2 GREETING="good day"'],
    most: Number.POSITIVE_INFINITY,
    offers: ['argument'],
    run: ({ session, words }) => {
      session.lifecycle.requireStarted();
      const buildArgs = readAssignments(words);
      setImmediate(() => session.lifecycle.restart({ buildArgs }));
      return 'The build starts again.';
    },
  },
  ...fileCommands,
  ...moveCommands,
];

function help(): string {
  const width = Math.max(...commands.map(({ example }) => example.length));
  const lines = commands.map(({ example, help: text }) => `${example.padEnd(width)}  ${text}`);
  return ['Plain text runs as a shell command in the step, $NAME shows a variable. Commands:', ...lines].join('\n');
}

function helpOf({ example, help: text, notes = [], samples = [example] }: Command): string {
  return [
    example,
    `  ${text}`,
    ...notes.map((note) => `  ${note}`),
    ...samples.map((sample) => `  E.g. ${sample}`),
  ].join('\n');
}

/** Runs the command of that name with the words that follow it, if it takes so many. */
export async function runCommand(name: string, call: Omit<Call, 'words'>): Promise<string> {
  const command = findCommand(name);
  const words = command.takesLine === true ? [] : splitWords(call.text);
  requireAtMost(command, words);
  return command.run({ ...call, words });
}

/** The command of that name; the nearest one is suggested. */
function findCommand(name: string): Command {
  if (name === '') throw new UserError('command-unknown', 'A command follows the colon at once.', ':help lists all.');
  const found = commands.find((command) => command.name === name);
  if (found !== undefined) return found;
  const near = nearest(
    name,
    commands.map((command) => command.name),
  );
  const hint = near === undefined ? ':help lists all commands.' : `Did you mean :${near}?`;
  throw new UserError('command-unknown', `There is no command :${name}.`, hint);
}
