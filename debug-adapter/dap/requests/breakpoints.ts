import type { DebugProtocol } from '@vscode/debugprotocol';
import { sameFile } from '../../debugger/paths.js';
import { toBreakpoint } from '../events.js';
import type { Handler } from '../session.js';
import { remoteDockerfile } from '../sources.js';

const setBreakpoints: Handler = (session, args) => {
  const source = args.object('source');
  const isRemote = source.optionalNumber('sourceReference') === remoteDockerfile;
  const path = isRemote ? (session.settings?.dockerfile ?? '') : session.positions.fromClientPath(source.text('path'));
  const lines = args
    .objects('breakpoints')
    .map((breakpoint) => session.positions.fromClientLine(breakpoint.number('line')));
  const ids = session.breakpointIds.replace(path, lines);
  const facts = session.debugger.setBreakpoints(path, lines);
  return { breakpoints: facts.map((fact) => toBreakpoint(session, fact, ids.get(fact.requestedLine))) };
};

const setExceptionBreakpoints: Handler = (session, args) => {
  const filters = [...args.texts('filters'), ...args.objects('filterOptions').map((option) => option.text('filterId'))];
  session.debugger.setStopOnFailure(filters.includes('failed'));
  const breakpoints = filters.map(
    (filter): DebugProtocol.Breakpoint =>
      filter === 'failed' ? { verified: true } : { verified: false, message: `There is no filter "${filter}".` },
  );
  return { breakpoints };
};

const breakpointLocations: Handler = (session, args) => {
  const { fromClientLine, toClientLine, fromClientPath } = session.positions;
  const path = args.object('source').optionalText('path');
  const first = fromClientLine(args.number('line'));
  const end = args.optionalNumber('endLine');
  const last = end === undefined ? first : fromClientLine(end);
  const { dockerfile } = session.debugger;
  if (
    dockerfile === undefined ||
    path === undefined ||
    !sameFile(fromClientPath(path), session.settings?.dockerfile ?? '')
  ) {
    return { breakpoints: [] };
  }
  const found = dockerfile.instructions.filter(({ startLine, endLine }) => startLine <= last && endLine >= first);
  return {
    breakpoints: found.map(({ startLine, endLine }) => ({
      line: toClientLine(startLine),
      endLine: toClientLine(endLine),
    })),
  };
};

/** Requests about breakpoints. */
export const breakpointHandlers = {
  setBreakpoints,
  setExceptionBreakpoints,
  breakpointLocations,
} satisfies Record<string, Handler>;
