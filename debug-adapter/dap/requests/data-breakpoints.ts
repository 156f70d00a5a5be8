import type { DebugProtocol } from '@vscode/debugprotocol';
import type { DataBreakpoint, Watched } from '../../debugger/api.js';
import { cleanImagePath } from '../../debugger/common/paths.js';
import { toBreakpoint } from '../events.js';
import type { Fields } from '../fields.js';
import type { Handler, Session } from '../session.js';
import { ruleOf } from './breakpoints.js';

/** What the data id of a client means: `path:/etc/passwd`, `variable:PATH`; undefined for anything else. */
function readDataId(id: string): Watched | undefined {
  const [, kind, name = ''] = /^(path|variable):(.+)$/s.exec(id) ?? [];
  if (kind === 'path' && name.startsWith('/')) return { kind, path: name };
  return kind === 'variable' ? { kind, name } : undefined;
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
  const asked = args.objects('breakpoints').map((breakpoint) => {
    const id = breakpoint.text('dataId');
    return { id, watched: readDataId(id), rule: ruleOf(breakpoint) };
  });
  const good = asked.flatMap(({ watched, rule }): DataBreakpoint[] =>
    watched === undefined ? [] : [{ watched, ...rule }],
  );
  const facts = session.watches.replace(good).values();
  // One that is not understood costs none of the others.
  const answers = asked.map(({ id, watched }): DebugProtocol.Breakpoint => {
    const fact = watched === undefined ? undefined : facts.next().value;
    if (fact !== undefined) return toBreakpoint(session, fact);
    return { verified: false, message: `"${id}" names nothing that can be watched. Use path:/PATH or variable:NAME.` };
  });
  return { breakpoints: answers };
};

/** Requests about breakpoints on what steps write. */
export const dataBreakpointHandlers = { dataBreakpointInfo, setDataBreakpoints } satisfies Record<string, Handler>;
