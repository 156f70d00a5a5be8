import type { DebugProtocol } from '@vscode/debugprotocol';
import { UserError } from '../../debugger/errors.js';
import type { Handler, Session } from '../session.js';
import { remoteDockerfile, sourceOf } from '../sources.js';
import { variable } from '../state/groups.js';
import type { Value } from '../state/value.js';
import { requireFrame } from '../stops.js';

/** A value in the protocol's words. */
export function toVariable(session: Session, thread: number, value: Value): DebugProtocol.Variable {
  const { references } = session;
  const { name, type, evaluateName, line, content, kind, children, count } = value;
  return {
    name,
    value: value.value,
    variablesReference: children === undefined ? 0 : references.children(thread, children),
    ...(type !== undefined && { type }),
    ...(evaluateName !== undefined && { evaluateName }),
    ...(line !== undefined && { declarationLocationReference: references.line(thread, line) }),
    ...(content !== undefined && { valueLocationReference: references.content(thread, content) }),
    ...(count !== undefined && { indexedVariables: count }),
    presentationHint: {
      kind: kind ?? 'data',
      ...(value.assign === undefined && { attributes: ['readOnly'] }),
      ...(value.lazy === true && { lazy: true }),
    },
  };
}

const variables: Handler = async (session, args, { signal }) => {
  const { thread, values } = session.references.findChildren(args.number('variablesReference'), signal);
  const start = args.optionalNumber('start') ?? 0;
  const count = args.optionalNumber('count') ?? 0;
  const page = (await values).slice(start, count > 0 ? start + count : undefined);
  return { variables: page.map((value) => toVariable(session, thread, value)) };
};

/** Says what a change means, and that other values may have changed with it. */
function tellChanged(session: Session, thread: number, what: 'argument' | 'value', name: string, value: string): void {
  session.references.reload(thread);
  if (session.client.takesInvalidations) session.event('invalidated', { areas: ['variables'], threadId: thread });
  if (what !== 'argument') return;
  const words = `${name}=${value} holds at this stop only. :restart ${name}=${value} builds with it.`;
  session.print('console', `${words}\n`);
  session.event('dockerfile/argument', { name, value });
}

const setVariable: Handler = async (session, args, { signal }) => {
  const [reference, name, text] = [args.number('variablesReference'), args.text('name'), args.text('value')];
  const { assign } = await session.references.findChild(reference, name, signal);
  if (assign === undefined) throw new UserError('read-only', `${name} cannot be changed here.`);
  const what = await assign(text, signal);
  const { thread } = session.references.findChildren(reference, signal);
  tellChanged(session, thread, what, name, text);
  const { value, type } = await session.references.findChild(reference, name, signal);
  return { value, variablesReference: 0, ...(type !== undefined && { type }) };
};

const setExpression: Handler = async (session, args, { signal }) => {
  const expression = args.text('expression').trim();
  const name = /^\$?\{?([A-Za-z_]\w*)\}?$/.exec(expression)?.[1];
  if (name === undefined) {
    throw new UserError('not-assignable', `"${expression}" is no variable: only $NAME can be given a value.`);
  }
  const { stop, frame } = requireFrame(session, args.optionalNumber('frameId'));
  const value = args.text('value');
  const { args: declared } = await frame.config(signal);
  const what = await variable(frame, name, declared.has(name))(value, signal);
  tellChanged(session, stop.thread, what, name, value);
  return { value };
};

const locations: Handler = (session, args) => {
  const id = args.number('locationReference');
  const place = session.references.findPlace(id);
  if ('content' in place) {
    return { source: { name: place.content.name, sourceReference: id }, line: session.positions.toClientLine(1) };
  }
  return { source: sourceOf(session), line: session.positions.toClientLine(place.line) };
};

const source: Handler = async (session, args, { signal }) => {
  const id = args.object('source').optionalNumber('sourceReference') ?? args.number('sourceReference');
  if (id === remoteDockerfile) {
    const text = session.debugger.dockerfile?.text;
    if (text === undefined) throw new UserError('not-launched', 'The Dockerfile has not been read yet.');
    return { content: text, mimeType: 'text/x-dockerfile' };
  }
  const place = session.references.findPlace(id);
  if (!('content' in place)) throw new UserError('reference-unknown', `No text has the number ${id}.`);
  return { content: await place.content.read(signal) };
};

const loadedSources: Handler = (session) => {
  const dockerfile = session.debugger.dockerfile === undefined ? undefined : sourceOf(session);
  return { sources: dockerfile === undefined ? [] : [dockerfile] };
};

/** Requests about values and texts. */
export const variableHandlers = {
  variables,
  setVariable,
  setExpression,
  locations,
  source,
  loadedSources,
} satisfies Record<string, Handler>;
