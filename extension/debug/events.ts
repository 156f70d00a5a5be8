import type {
  ArgumentEvent,
  BuildEvent,
  DefinedEvent,
  ProblemEvent,
  SavedEvent,
  StateEvent,
  StateName,
  StepEvent,
  WithdrawnEvent,
} from '../../debug-adapter/contract.js';
import { field, oneOf, text } from './shape.js';

/** A custom event of the adapter, checked. */
export type DebuggerEvent =
  | { readonly kind: 'step'; readonly body: StepEvent }
  | { readonly kind: 'problem'; readonly body: ProblemEvent }
  | { readonly kind: 'build'; readonly body: BuildEvent }
  | { readonly kind: 'defined'; readonly body: DefinedEvent }
  | { readonly kind: 'state'; readonly body: StateEvent }
  | { readonly kind: 'saved'; readonly body: SavedEvent }
  | { readonly kind: 'withdrawn'; readonly body: WithdrawnEvent }
  | { readonly kind: 'argument'; readonly body: ArgumentEvent };

const stepStatus = ['waiting', 'running', 'cached', 'done', 'failed', 'skipped'] as const;
const buildStatus = ['started', 'failed', 'completed', 'canceled'] as const;
const severities = ['error', 'warning'] as const;
const stateNames = ['initial', 'failed'] as const;

/** Checks a custom event; `undefined` for a name or a shape that this version does not know. */
export function parseEvent(name: string, body: unknown): DebuggerEvent | undefined {
  switch (name) {
    case 'dockerfile/step':
      return tagged('step', parseStep(body));
    case 'dockerfile/problem':
      return tagged('problem', parseProblem(body));
    case 'dockerfile/build':
      return tagged('build', parseBuild(body));
    case 'dockerfile/defined':
      return tagged('defined', parseDefined(body));
    case 'dockerfile/state':
      return tagged('state', parseState(body));
    case 'dockerfile/saved':
      return tagged('saved', parseSaved(body));
    case 'dockerfile/withdrawn':
      return tagged('withdrawn', parseWithdrawn(body));
    case 'dockerfile/argument':
      return tagged('argument', parseArgument(body));
    default:
      return undefined;
  }
}

/** Checks the body of `dockerfile/state`, which is also the answer to `dockerfile/setState`. */
export function parseState(body: unknown): StateEvent | undefined {
  const threadId = field(body, 'threadId');
  const state = oneOf(stateNames, field(body, 'state'));
  const available = field(body, 'available');
  if (typeof threadId !== 'number' || state === undefined || !Array.isArray(available)) {
    return undefined;
  }
  const names: StateName[] = available.flatMap((name: unknown) => oneOf(stateNames, name) ?? []);
  return { threadId, state, available: names };
}

function parseStep(body: unknown): StepEvent | undefined {
  const place = parsePlace(body);
  const status = oneOf(stepStatus, field(body, 'status'));
  if (place === undefined || status === undefined) {
    return undefined;
  }
  const durationMs = field(body, 'durationMs');
  const sizeBytes = field(body, 'sizeBytes');
  return {
    ...place,
    stage: text(body, 'stage'),
    platform: text(body, 'platform'),
    status,
    ...(typeof durationMs === 'number' && { durationMs }),
    ...(typeof sizeBytes === 'number' && { sizeBytes }),
  };
}

function parseProblem(body: unknown): ProblemEvent | undefined {
  const place = parsePlace(body);
  const severity = oneOf(severities, field(body, 'severity'));
  if (place === undefined || severity === undefined) {
    return undefined;
  }
  const hint = text(body, 'hint');
  const url = text(body, 'url');
  const fix = parseFix(field(body, 'fix'));
  return {
    ...place,
    severity,
    code: text(body, 'code'),
    message: text(body, 'message'),
    ...(hint !== '' && { hint }),
    ...(field(body, 'refused') === true && { refused: true }),
    ...(url !== '' && { url }),
    ...(fix !== undefined && { fix }),
  };
}

function parseFix(body: unknown): ProblemEvent['fix'] {
  const [path, title] = [text(body, 'path'), text(body, 'title')];
  const [line, endLine] = [field(body, 'line'), field(body, 'endLine')];
  if (path === '' || title === '' || typeof line !== 'number' || typeof endLine !== 'number') {
    return undefined;
  }
  return { path, title, line, endLine, text: text(body, 'text') };
}

function parseDefined(body: unknown): DefinedEvent | undefined {
  const [path, context, title] = [text(body, 'path'), text(body, 'context'), text(body, 'title')];
  return path === '' || context === '' ? undefined : { path, context, title };
}

function parseBuild(body: unknown): BuildEvent | undefined {
  const status = oneOf(buildStatus, field(body, 'status'));
  const attempt = field(body, 'attempt');
  if (status === undefined) {
    return undefined;
  }
  return { status, path: text(body, 'path'), attempt: typeof attempt === 'number' ? attempt : 1 };
}

function parseSaved(body: unknown): SavedEvent | undefined {
  const path = text(body, 'path');
  const edited = field(body, 'edited');
  return path === '' || typeof edited !== 'boolean' ? undefined : { path, edited };
}

function parseWithdrawn(body: unknown): WithdrawnEvent | undefined {
  const path = text(body, 'path');
  return path === '' ? undefined : { path };
}

function parseArgument(body: unknown): ArgumentEvent | undefined {
  const [name, value] = [text(body, 'name'), field(body, 'value')];
  return name === '' || typeof value !== 'string' ? undefined : { name, value };
}

function parsePlace(body: unknown): { path: string; line: number; endLine: number } | undefined {
  const path = text(body, 'path');
  const line = field(body, 'line');
  const endLine = field(body, 'endLine');
  if (path === '' || typeof line !== 'number' || line < 1) {
    return undefined;
  }
  return { path, line, endLine: typeof endLine === 'number' && endLine >= line ? endLine : line };
}

function tagged<K extends DebuggerEvent['kind'], B>(kind: K, body: B | undefined): { kind: K; body: B } | undefined {
  return body === undefined ? undefined : { kind, body };
}
