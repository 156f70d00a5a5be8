import type { DataBreakpoint, Watched } from '../../debugger/api.js';
import { UserError } from '../../debugger/errors.js';
import { cleanImagePath } from '../../debugger/paths.js';
import { toBreakpoint } from '../events.js';
import type { Fields } from '../fields.js';
import type { Handler, Session } from '../session.js';
import { ruleOf } from './breakpoints.js';

/** What the data id of a client means: `path:/etc/passwd`, `variable:PATH`. */
function readDataId(id: string): Watched {
  const [, kind, name = ''] = /^(path|variable):(.+)$/s.exec(id) ?? [];
  if (kind === 'path' && name.startsWith('/')) return { kind, path: name };
  if (kind === 'variable') return { kind, name };
  throw new UserError('data-id', `"${id}" names nothing that can be watched.`, 'Use path:/PATH or variable:NAME.');
}

function dataId(watched: Watched): string {
  return watched.kind === 'path' ? `path:${watched.path}` : `variable:${watched.name}`;
}

/** `/a/path` or `$NAME`, as a user would write it. */
export function readWatched(text: string): Watched | undefined {
  const variable = /^\$?\{?([A-Za-z_]\w*)\}?$/.exec(text.trim())?.[1];
  if (text.startsWith('/')) return { kind: 'path', path: cleanImagePath(text, '/') };
  return variable === undefined ? undefined : { kind: 'variable', name: variable };
}

async function watchedOf(session: Session, args: Fields, signal: AbortSignal): Promise<Watched | undefined> {
  const name = args.text('name');
  const reference = args.optionalNumber('variablesReference') ?? 0;
  return reference > 0 ? (await session.references.findChild(reference, name, signal)).watched : readWatched(name);
}

const dataBreakpointInfo: Handler = async (session, args, { signal }) => {
  const watched = await watchedOf(session, args, signal);
  if (watched === undefined) {
    const description = 'Only files, folders and variables of the environment can be watched.';
    return { dataId: null, description };
  }
  const name = watched.kind === 'path' ? watched.path : `$${watched.name}`;
  return { dataId: dataId(watched), description: name, accessTypes: ['write'], canPersist: true };
};

const setDataBreakpoints: Handler = (session, args) => {
  const breakpoints = args.objects('breakpoints').map((breakpoint): DataBreakpoint => {
    return { watched: readDataId(breakpoint.text('dataId')), ...ruleOf(breakpoint) };
  });
  const facts = session.watches.replace(breakpoints);
  return { breakpoints: facts.map((fact) => toBreakpoint(session, fact)) };
};

/** Requests about breakpoints on what steps write. */
export const dataBreakpointHandlers = { dataBreakpointInfo, setDataBreakpoints } satisfies Record<string, Handler>;
