/** The commands at the prompt that the terminal answers itself; all others go to the adapter. */
import { breakOffers, deleteBreak, deleteOffers, setBreak } from './break-commands.js';
import type { Context, Offers, Run } from './context.js';
import type { Fields } from './fields.js';
import { help, helpOffers } from './help.js';
import { listOffers, scopeOffers, showLines, showVariables, where, whereOffers } from './looks.js';
import { moves, restart, tells } from './moves.js';
import { thread, threadOffers } from './threads.js';

/** A command of the terminal's own. */
export interface ClientCommand {
  /** Without the colon; the first is shown. */
  readonly names: readonly string[];
  /** What follows it; nothing may follow when this is absent. */
  readonly operand?: string;
  readonly help: string;
  /** Lines as a user may type them. */
  readonly samples: readonly string[];
  /** Capability of the adapter without which it cannot work. */
  readonly needs?: string;
  /** Words that may follow; without it the adapter is asked. */
  readonly offers?: Offers;
  readonly run: Run;
}

/** Finds the command that a line starts with. */
export function findCommand(line: string): { readonly command: ClientCommand; readonly operand: string } | undefined {
  const [, name, operand = ''] = /^:(\S+)\s*(.*?)\s*$/s.exec(line) ?? [];
  const command = commands.find(({ names }) => name !== undefined && names.includes(name));
  return command === undefined ? undefined : { command, operand };
}

/** Those that work with this adapter. */
export function available(capabilities: Fields): readonly ClientCommand[] {
  return commands.filter(({ needs }) => needs === undefined || capabilities[needs] === true);
}

/** Names of the commands with their colon. */
export function commandNames({ capabilities }: Context): readonly string[] {
  return available(capabilities).map(({ names }) => `:${names[0] ?? ''}`);
}

const quit: Run = () => Promise.resolve('quit');
const back = 'supportsStepBack';

/** In the order of `:help`. */
export const commands: readonly ClientCommand[] = [
  {
    ...{ names: ['help', 'h', '?'], operand: '[COMMAND]', samples: [':help', ':help diff'] },
    ...{ help: 'list all commands, or tell more of one', run: help, offers: helpOffers },
  },
  {
    names: ['next', 'n'],
    help: 'run this instruction, or this command of a RUN',
    samples: [':next'],
    run: moves('next'),
  },
  {
    ...{ names: ['step', 's', 'in'], samples: [':step'] },
    ...{ help: 'step into the stage that it uses, or through the commands of a RUN', run: moves('stepIn') },
  },
  {
    names: ['out', 'o'],
    help: 'run to the end of this stage, function or RUN',
    samples: [':out'],
    run: moves('stepOut'),
  },
  {
    ...{ names: ['continue', 'c'], samples: [':continue'] },
    ...{ help: 'run to the next stop or to the end', run: moves('continue') },
  },
  {
    ...{ names: ['back', 'b'], samples: [':back'], needs: back },
    ...{ help: 'back to where the step before began; no step runs', run: moves('stepBack') },
  },
  {
    ...{ names: ['reverse', 'rc'], samples: [':reverse'], needs: back },
    ...{ help: 'back to the breakpoint before', run: moves('reverseContinue') },
  },
  {
    ...{ names: ['goto'], operand: 'LINE', samples: [':goto 12'], needs: 'supportsGotoTargetsRequest' },
    ...{ help: 'jump there: back at once, forward by running up to it', run: tells('goto', false) },
  },
  {
    ...{ names: ['retry'], samples: [':retry'] },
    ...{ help: 'run this step again for real, with the files as they are now, and go on', run: tells('retry', true) },
  },
  {
    ...{ names: ['force'], operand: '[LINE]', samples: [':force', ':force 12'] },
    ...{ help: 'run this step, or that of a line, without the cache, and go on', run: tells('force', true) },
  },
  {
    ...{ names: ['apply'], samples: [':apply'] },
    ...{ help: 'take saved edits, and come back here', run: tells('apply', true) },
  },
  {
    ...{ names: ['restart', 'r'], operand: '[NAME=VALUE …]', samples: [':restart', ':restart VERSION=1.2'] },
    ...{ help: 'build again with the files as they are now, and with other build arguments if given', run: restart },
  },
  {
    ...{ names: ['break'], operand: '[PLACE [RULE]]', run: setBreak, offers: breakOffers },
    help: 'stop at a line, stage, RUN, build:RUN; RULE: if COMMAND, hits N, log TEXT',
    samples: [
      ':break 12',
      ':break build:RUN',
      ':break 12 if test -e /etc/passwd',
      ':break RUN hits 2',
      ':break 7 log {pwd}',
    ],
  },
  {
    ...{ names: ['delete'], operand: 'NUMBER|all', samples: [':delete 1', ':delete all'] },
    ...{ help: 'remove breakpoints', run: deleteBreak, offers: deleteOffers },
  },
  {
    ...{ names: ['list', 'l'], operand: '[LINE]', samples: [':list', ':list 12'] },
    ...{ help: 'show the Dockerfile', run: showLines, offers: listOffers },
  },
  {
    ...{ names: ['where', 'w'], operand: '[NUMBER]', samples: [':where', ':where 1'] },
    ...{ help: 'show the stack, or look at another frame of it', run: where, offers: whereOffers },
  },
  {
    ...{ names: ['thread'], operand: '[PLATFORM]', samples: [':thread', ':thread 2', ':thread linux/arm64'] },
    ...{ help: 'show the platforms and what they do, or look at another one', run: thread, offers: threadOffers },
  },
  {
    ...{ names: ['vars', 'v'], operand: '[SCOPE]', samples: [':vars', ':vars environment'] },
    ...{ help: 'show arguments, environment, mounts …', run: showVariables, offers: scopeOffers },
  },
  { names: ['quit', 'q'], help: 'end the build and leave', samples: [':quit'], run: quit },
];
