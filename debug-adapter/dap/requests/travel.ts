import { UserError } from '../../debugger/errors.js';
import { instructionAt } from '../../dockerfile/locate.js';
import { line1 } from '../../dockerfile/parse.js';
import { sameFile } from '../../debugger/common/paths.js';
import type { Handler } from '../session.js';
import { leave, requireThread } from './control.js';
import { instructionLine } from '../state/step.js';

const stepBack: Handler = (session, args, turn) => {
  leave(session, args, turn, (thread) => session.debugger.goBack(thread, 'step'));
  return undefined;
};

const reverseContinue: Handler = (session, args, turn) => {
  leave(session, args, turn, (thread) => session.debugger.goBack(thread, 'continue'));
  return undefined;
};

const restartFrame: Handler = (session, args, turn) => {
  const { stop, frame } = session.references.findFrame(args.number('frameId'));
  const index = stop.frames.indexOf(frame);
  session.references.forget(stop.thread);
  turn.after(() => session.debugger.goBack(stop.thread, { frame: index }));
  return undefined;
};

const gotoTargets: Handler = (session, args) => {
  const { fromClientLine, toClientLine, fromClientPath } = session.positions;
  const { dockerfile } = session.debugger;
  const path = args.object('source').optionalText('path');
  // Lines of another file are no places of this build.
  if (path !== undefined && !sameFile(fromClientPath(path), session.settings?.dockerfile ?? '')) return { targets: [] };
  const line = fromClientLine(args.number('line'));
  const found = dockerfile === undefined ? undefined : instructionAt(dockerfile, line1(line));
  if (found?.stage === undefined || !session.debugger.reaches(found)) return { targets: [] };
  const { index, startLine, endLine } = found;
  const range = { line: toClientLine(startLine), endLine: toClientLine(endLine) };
  return { targets: [{ id: index, label: instructionLine(found), ...range }] };
};

const goto: Handler = (session, args, turn) => {
  const target = args.number('targetId');
  const instruction = session.debugger.dockerfile?.instructions[target];
  if (instruction === undefined) throw new UserError('goto-unknown', `There is no place number ${target} to jump to.`);
  leave(session, args, turn, (thread) => {
    session.debugger.jump(thread, instruction);
  });
  return undefined;
};

const terminateThreads: Handler = async (session, args) => {
  const threads = args.numbers('threadIds');
  for (const thread of threads) requireThread(session, thread);
  await Promise.all(threads.map((thread) => session.debugger.terminateThread(thread)));
  return undefined;
};

/** Requests that go to another place than the next one. */
export const travelHandlers = {
  stepBack,
  reverseContinue,
  restartFrame,
  gotoTargets,
  goto,
  terminateThreads,
} satisfies Record<string, Handler>;
