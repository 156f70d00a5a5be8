import type { Instruction } from '../../dockerfile/model.js';
import type { Watched } from '../../debugger/api.js';
import { UserError } from '../../debugger/errors.js';
import { applyEdits, instructionAtLine, type Rebuild, requireReached, runAgain } from '../again.js';
import { readWatched } from '../requests/data-breakpoints.js';
import type { Call, Command } from './table.js';

/** Begins it once the answer of the command is out. */
function soon({ title, begin }: Rebuild): string {
  setImmediate(begin);
  return title;
}

/** `NAME=value` words. */
export function readAssignments(words: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    words.map((word) => {
      const [, name, value = ''] = /^([A-Za-z_]\w*)=(.*)$/s.exec(word) ?? [];
      if (name === undefined)
        throw new UserError('bad-argument', `"${word}" is no build argument.`, 'E.g. :restart VERSION=1.2');
      return [name, value];
    }),
  );
}

/** The instruction of a line that was typed, or the one where the build stands. */
function instructionOf({ session, words: [line], frame }: Call): Instruction {
  if (line === undefined) return frame().frame.instruction;
  if (!/^\d+$/.test(line))
    throw new UserError('bad-line', `"${line}" is no line of the Dockerfile.`, 'A number is wanted, e.g. 12.');
  return instructionAtLine(session, Number(line));
}

/** Leaves the stop that is on screen, once the answer of the command is out. */
function move({ session, frame }: Call, go: (thread: number) => void): void {
  const { stop } = frame();
  setImmediate(() => {
    session.references.forget(stop.thread);
    go(stop.thread);
  });
}

function watchedIn({ session, words: [text] }: Call, name: 'watch' | 'unwatch'): Watched {
  const watched = text === undefined ? undefined : readWatched(text);
  if (watched !== undefined) return watched;
  const known = session.watches.typed.map((each) => (each.kind === 'path' ? each.path : `$${each.name}`));
  const list = known.length === 0 ? 'Nothing is watched yet.' : `Watched: ${known.join(', ')}.`;
  throw new UserError(
    'watch-what',
    `Say what is meant: an absolute path in the image, or a variable. ${list}`,
    `E.g. :${name} /etc/passwd or :${name} $PATH`,
  );
}

/** Commands that go somewhere, and those about what the build stops at on the way. */
export const moveCommands: readonly Command[] = [
  {
    name: 'retry',
    help: 'run this step again for real, with the files as they are now, and go on',
    example: ':retry',
    run: ({ session, frame }) => `${soon(runAgain(session, frame(), false))} runs again.`,
  },
  {
    name: 'force',
    help: 'run this step, or that of a line, without the cache, and go on',
    example: ':force [LINE]',
    samples: [':force', ':force 12'],
    run: (call) => {
      const given = call.words.length === 0 ? undefined : instructionOf(call);
      return `${soon(runAgain(call.session, call.frame(), true, given))} runs without the cache.`;
    },
  },
  {
    name: 'apply',
    help: 'take saved edits, and come back here or to the first edited instruction above',
    example: ':apply',
    run: ({ session }) => soon(applyEdits(session)),
  },
  {
    name: 'back',
    help: 'go one step back; nothing runs',
    example: ':back',
    run: (call) => {
      move(call, (thread) => call.session.debugger.goBack(thread, 'step'));
      return '';
    },
  },
  {
    name: 'goto',
    help: 'jump to the instruction of a line: back at once, forward by running up to it',
    example: ':goto LINE',
    samples: [':goto 12'],
    run: (call) => {
      if (call.words.length === 0) throw new UserError('bad-line', 'Say which line to go to.', 'E.g. :goto 12');
      const instruction = instructionOf(call);
      requireReached(call.session, instruction);
      move(call, (thread) => call.session.debugger.jump(thread, instruction));
      return '';
    },
  },
  {
    name: 'watch',
    help: 'stop after a step that changes a path in the image, or a $VARIABLE',
    example: ':watch /PATH',
    samples: [':watch /etc/passwd', ':watch $PATH'],
    run: (call) => {
      const watched = watchedIn(call, 'watch');
      call.session.watches.add(watched);
      return `The build stops after a step that changes ${watched.kind === 'path' ? watched.path : `$${watched.name}`}.`;
    },
  },
  {
    name: 'unwatch',
    help: 'stop for it no more',
    example: ':unwatch /PATH',
    samples: [':unwatch /etc/passwd', ':unwatch $PATH'],
    run: (call) =>
      call.session.watches.remove(watchedIn(call, 'unwatch')) ? 'Not watched any more.' : 'It was not watched.',
  },
];
