import type { StopRule } from '../../debugger/api.js';
import { sameFile } from '../../debugger/common/paths.js';
import { toBreakpoint } from '../events.js';
import type { Fields } from '../fields.js';
import type { Handler } from '../session.js';
import { remoteDockerfile } from '../sources.js';

const setBreakpoints: Handler = (session, args) => {
  const source = args.object('source');
  const isRemote = source.optionalNumber('sourceReference') === remoteDockerfile;
  const path = isRemote ? (session.settings?.dockerfile ?? '') : session.positions.fromClientPath(source.text('path'));
  const { fromClientLine, toClientLine } = session.positions;
  // A line before the first one is told as that, not taken for the first.
  const lineOf = (line: number): number => (line < toClientLine(1) ? 0 : fromClientLine(line));
  const breakpoints = args.objects('breakpoints').map((breakpoint) => ({
    line: lineOf(breakpoint.number('line')),
    ...ruleOf(breakpoint),
  }));
  const facts = session.debugger.setBreakpoints(path, breakpoints);
  return { breakpoints: facts.map((fact) => toBreakpoint(session, fact)) };
};

/** When a breakpoint counts. An empty text, which editors send for a field that was cleared, is none. */
export function ruleOf(breakpoint: Fields): StopRule {
  const text = (name: string): string | undefined => breakpoint.optionalText(name)?.trim() || undefined;
  return {
    condition: text('condition'),
    hitCondition: text('hitCondition'),
    logMessage: breakpoint.optionalText('logMessage') || undefined,
  };
}

const setFunctionBreakpoints: Handler = (session, args) => {
  const breakpoints = args
    .objects('breakpoints')
    .map((breakpoint) => ({ name: breakpoint.text('name'), ...ruleOf(breakpoint) }));
  const facts = session.debugger.setFunctionBreakpoints(breakpoints);
  return { breakpoints: facts.map((fact) => toBreakpoint(session, fact)) };
};

const setExceptionBreakpoints: Handler = (session, args) => {
  const settings = [
    ...args.texts('filters').map((filter) => ({ filter })),
    ...args
      .objects('filterOptions')
      .map((option) => ({ filter: option.text('filterId'), condition: option.optionalText('condition') })),
  ];
  return { breakpoints: session.debugger.setFilters(settings) };
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
  setFunctionBreakpoints,
  setExceptionBreakpoints,
  breakpointLocations,
} satisfies Record<string, Handler>;
