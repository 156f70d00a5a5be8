import type { Instruction } from '../../dockerfile/model.js';
import type { Watched } from '../../debugger/api.js';
import { UserError } from '../../debugger/errors.js';
import { cleanImagePath } from '../../debugger/common/paths.js';
import { applyEdits, instructionAtLine, type Rebuild, requireReached, runAgain } from '../again.js';
import { stopWords } from '../events.js';
import { readWatched } from '../requests/data-breakpoints.js';
import type { Session } from '../session.js';
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
    const { thread: threadId } = stop;
    const isOnly = session.debugger.threads().length === 1;
    session.references.forget(threadId);
    // The client did not ask to go on, as far as it knows.
    session.event('continued', { threadId, allThreadsContinued: isOnly });
    try {
      go(threadId);
    } catch (error) {
      session.report(error);
      // It stands where it stood.
      session.event('stopped', { ...stopWords(stop.reason), threadId, allThreadsStopped: isOnly });
    }
  });
}

/** A path may be relative to where commands run; a single word is a variable, if there is one of that name. */
async function watchedIn(call: Call, name: 'watch' | 'unwatch'): Promise<Watched> {
  const { session, words, frame, signal } = call;
  const [text] = words;
  if (text === undefined || text === '') throw watchWhat(session, name);
  const watched = readWatched(text);
  if (watched?.kind === 'path' || text.startsWith('$')) return watched ?? unwatchable(text, name);
  const { frame: here } = frame();
  const isSet = (variable: string): boolean => session.watches.typed.some((each) => nameOf(each) === `$${variable}`);
  if (watched !== undefined) {
    const { environment, args } = await here.config(signal);
    if (environment.has(watched.name) || args.has(watched.name) || isSet(watched.name)) return watched;
  }
  return { kind: 'path', path: cleanImagePath(text, await here.directory(signal)) };
}

/** As a user writes it. */
export function nameOf(watched: Watched): string {
  return watched.kind === 'path' ? watched.path : `$${watched.name}`;
}

function unwatchable(text: string, name: string): never {
  throw new UserError('watch-what', `"${text}" is no variable.`, `E.g. :${name} $PATH`);
}

function watchWhat(session: Session, name: string): UserError {
  const known = session.watches.typed.map(nameOf);
  const list = known.length === 0 ? 'Nothing is watched yet.' : `Watched: ${known.join(', ')}.`;
  return new UserError(
    'watch-what',
    `Say what is meant: a path in the image, or a variable. ${list}`,
    `E.g. :${name} /etc/passwd or :${name} $PATH`,
  );
}

/** Commands that go somewhere, and those about what the build stops at on the way. */
export const moveCommands: readonly Command[] = [
  {
    name: 'retry',
    help: 'run this step again for real, with the files as they are now, and go on',
    example: ':retry',
    run: ({ session, frame }) => {
      const at = frame();
      const title = soon(runAgain(session, at, false));
      // What has not failed may be in the cache, where the engine takes it from.
      return at.stop.reason.kind === 'failed'
        ? `The build starts again, to run ${title} for real.`
        : `The build starts again, with the files as they are now, and runs ${title} unless it is in the cache (:force).`;
    },
  },
  {
    name: 'force',
    help: 'run this step, or that of a line, without the cache, and go on',
    example: ':force [LINE]',
    samples: [':force', ':force 12'],
    most: 1,
    offers: ['line'],
    run: (call) => {
      const given = call.words.length === 0 ? undefined : instructionOf(call);
      const title = soon(runAgain(call.session, call.frame(), true, given));
      return `The build starts again, to run ${title} without the cache.`;
    },
  },
  {
    name: 'why',
    help: 'say why this step, or that of a line, runs and is not taken from the cache',
    example: ':why [LINE]',
    samples: [':why', ':why 12'],
    most: 1,
    offers: ['line'],
    run: async (call) => {
      const { stop } = call.frame();
      const instruction = instructionOf(call);
      if (!call.session.debugger.reaches(instruction))
        return `${instruction.keyword} (line ${instruction.startLine}) is not part of this build.`;
      const why = await call.session.debugger.why(stop.thread, instruction);
      return why ?? 'No build of this Dockerfile before this one is known here: there is nothing to compare it with.';
    },
  },
  {
    name: 'apply',
    help: 'take saved edits, and come back here or to the first edited instruction above',
    example: ':apply',
    run: async ({ session, signal }) => soon(await applyEdits(session, signal)),
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
    most: 1,
    offers: ['line'],
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
    example: ':watch PATH|$NAME',
    samples: [':watch /etc/passwd', ':watch src/version.txt', ':watch $PATH'],
    most: 1,
    offers: ['watchable'],
    run: async (call) => {
      const watched = await watchedIn(call, 'watch');
      call.session.watches.add(watched);
      return `The build stops after a step that changes ${nameOf(watched)}.`;
    },
  },
  {
    name: 'unwatch',
    help: 'stop for it no more',
    example: ':unwatch PATH|$NAME',
    samples: [':unwatch /etc/passwd', ':unwatch $PATH'],
    most: 1,
    offers: ['watched'],
    run: async (call) => {
      const watched = await watchedIn(call, 'unwatch');
      const was = call.session.watches.remove(watched);
      return was ? `${nameOf(watched)} is not watched any more.` : `${nameOf(watched)} was not watched.`;
    },
  },
];
