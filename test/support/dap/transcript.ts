/**
 * What a user would see of a session, as text that is the same on every run: ids, digests, times and temporary paths
 * are replaced, and what parallel steps print between two actions is sorted by the line that prints it.
 */
import type { DebugProtocol as P } from '@vscode/debugprotocol';
import type { ProblemEvent, StepEvent } from '../../../debug-adapter/contract.js';
import { type Entry, type Message, resuming } from './protocol.js';

/** Text or pattern, and what stands for it. */
export type Replacement = readonly [string | RegExp, string];

const usual: readonly Replacement[] = [
  [/\bsha256:[0-9a-f]{12,64}/g, '<digest>'],
  [/\b[0-9a-f]{64}\b/g, '<digest>'],
  [/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?/g, '<date>'],
  [/\b\d+(?:\.\d+)? ?(?:ms|s|min)\b/g, '<time>'],
  // Builds at the same time share the vertex of an image, with the name that the first of them gave it.
  [/\[[^\]]*\] FROM /g, '[…] FROM '],
  // Whether the engine still has a step is its own affair; a test about the cache asserts on it itself.
  [/ cached$/gm, ' <time>'],
  [/(?<=^line \d+: )cached\b/gm, 'done'],
  [/\b(?:127\.0\.0\.1|localhost):\d+/g, '<registry>'],
  [/\b[0-9a-z]{25}\b/g, '<id>'],
];

/** When the engine tells that an image is there, before or after the step that needs it first, is chance. */
export function withoutImages(Dockerfile: string): readonly Replacement[] {
  const lines = Dockerfile.split('\n').flatMap((line, index) => (/^\s*FROM\s/i.test(line) ? [index + 1] : []));
  return [
    [new RegExp(`^line (?:${lines.join('|')}): (?:running|done|cached) .*\\n`, 'gm'), ''],
    [/^console \d+\| \[[^\]]*\] FROM .*\n/gm, ''],
  ];
}

/** Renders the messages of a session. */
export function transcript(entries: readonly Entry[], replacements: readonly Replacement[] = []): string {
  const fold = new Fold();
  for (const entry of entries) fold.take(entry);
  return tidy(fold.end(), replacements);
}

/** Applies the replacements, own ones first. */
export function tidy(text: string, replacements: readonly Replacement[] = []): string {
  return [...replacements, ...usual].reduce((result, [from, to]) => result.replaceAll(global(from), to), text);
}

function global(pattern: string | RegExp): string | RegExp {
  if (typeof pattern === 'string' || pattern.global) return pattern;
  return new RegExp(pattern, `${pattern.flags}g`);
}

class Fold {
  private readonly lines: string[] = [];
  private readonly requests = new Map<number, Message>();
  private readonly names = new Map<number, string>();
  /** Output since the last action, by line of the Dockerfile; text without a line is 0. */
  private readonly output = new Map<number, string[]>();
  private readonly steps = new Map<string, StepEvent>();
  private readonly problems: ProblemEvent[] = [];
  /** By id, as last told. */
  private readonly breakpoints = new Map<number | undefined, string>();
  /** Where the last stop is written down, until the client moves. */
  private stop: number | undefined;
  /** The engine is asked while the client sets its breakpoints: whether its news come before the client is done is chance. */
  private begun: string[] | undefined = [];

  take({ from, message }: Entry): void {
    if (from === 'client') this.sent(message);
    else if (message.type === 'response') this.answered(message);
    else if (message.type === 'request') this.say(`terminal ${titleOf(message)}`);
    else this.event(message);
  }

  end(): string {
    this.begin();
    this.flush();
    return `${this.lines.join('\n')}\n`;
  }

  private say(...lines: string[]): void {
    this.flush();
    this.lines.push(...lines);
  }

  private sent(message: Message): void {
    this.requests.set(message.seq, message);
    const { command = '' } = message;
    const args = fields(message.arguments);
    if (command === 'launch') this.say(`> launch ${JSON.stringify(withoutPlace(args))}`);
    else if (command === 'evaluate') this.say(`> ${text(args['context'])}: ${text(args['expression'])}`);
    else if (resuming.has(command) || ['restart', 'pause', 'terminate', 'disconnect'].includes(command)) {
      this.stop = undefined;
      this.say('', `> ${command}`);
    } else if (command.includes('/')) this.say(`> ${command} ${JSON.stringify(withoutIds(args))}`);
  }

  private news(line: string): void {
    if (this.begun === undefined) this.say(line);
    else this.begun.push(line);
  }

  /** What is told once more is left out: whether the engine has answered before a breakpoint is set is chance. */
  private breakpoint(breakpoint: P.Breakpoint): void {
    const line = breakpointLine(breakpoint);
    if (this.breakpoints.get(breakpoint.id) !== line) this.news(line);
    this.breakpoints.set(breakpoint.id, line);
  }

  private begin(): void {
    const { begun } = this;
    this.begun = undefined;
    if (begun !== undefined) this.say(...begun);
  }

  private answered(message: Message): void {
    if (message.command === 'configurationDone') this.begin();
    const request = this.requests.get(message.request_seq ?? 0);
    const placed = fields(message.body)['breakpoints'] as P.Breakpoint[] | undefined;
    for (const each of placed ?? []) this.breakpoints.set(each.id, breakpointLine(each));
    if (message.success !== true) {
      const error = (message.body as P.ErrorResponse['body'] | undefined)?.error;
      return this.say(`! ${message.command ?? ''}: ${error?.format ?? message.message ?? ''}`);
    }
    const render = answers[message.command ?? ''];
    const args = fields(request?.arguments);
    if (render !== undefined) this.say(...render(fields(message.body), args, this.names));
    else if (!silent.has(message.command ?? '') && message.body !== undefined) {
      this.say(`${message.command ?? ''} ${JSON.stringify(withoutIds(message.body))}`);
    }
  }

  private event(message: Message): void {
    const body = fields(message.body);
    if (message.event === 'dockerfile/build' && body['attempt'] === 1 && body['status'] === 'started') {
      return this.news('build 1 started');
    }
    if (message.event === 'breakpoint') return this.breakpoint(body['breakpoint'] as P.Breakpoint);
    if (message.event !== 'initialized' && !message.event?.startsWith('progress')) this.begin();
    switch (message.event) {
      case 'output': {
        const body = message.body as P.OutputEvent['body'];
        // When a file system tells of a saved file is its own affair.
        if (!/^The Dockerfile was saved| of the build context (?:was|were) /.test(body.output)) this.printed(body);
        return;
      }
      case 'dockerfile/step': {
        const step = message.body as StepEvent;
        this.steps.set(`${step.platform} ${step.stage} ${step.line}`, step);
        return;
      }
      case 'dockerfile/problem':
        return this.problem(message.body as ProblemEvent);
      case 'stopped':
        this.flush();
        this.stop = this.lines.length;
        return this.say(`stopped: ${words(body['reason'], body['description'], body['text'])}`);
      case 'exited':
        return this.say(`exited: ${text(body['exitCode'])}`);
      case 'terminated':
        return this.say('terminated');
      case 'dockerfile/build':
        return this.say(`build ${text(body['attempt'])} ${text(body['status'])}`);
      case 'dockerfile/state':
        return this.say(`state ${text(body['state'])} of ${JSON.stringify(body['available'])}`);
      default:
    }
  }

  /** Warnings come with the engine's progress: whether before or after a stop at the beginning is chance. */
  private problem(problem: ProblemEvent): void {
    if (problem.severity === 'warning' && this.stop !== undefined)
      this.lines.splice(this.stop++, 0, problemLine(problem));
    else this.problems.push(problem);
  }

  private printed(body: P.OutputEvent['body']): void {
    if (body.category === 'telemetry') return;
    const line = body.line ?? 0;
    const mark = body.group === undefined ? '' : `(${body.group}) `;
    const lines = this.output.get(line) ?? [];
    const start = `${body.category ?? 'console'}${line === 0 ? '' : ` ${line}`}| ${mark}`;
    for (const part of body.output.replace(/\n$/, '').split('\n')) {
      const last = lines.at(-1);
      // A step that begins and ends within one message of the engine is told in one line; which do is chance.
      const isEnd = /^ {2}[\d.]+ ?m?s$/.test(part) && last?.startsWith(`${start}[`) === true;
      if (isEnd) lines[lines.length - 1] = `${last} ${part.trim()}`;
      else lines.push(start + part);
    }
    this.output.set(line, lines);
  }

  /** Writes down what happened since the last action. */
  private flush(): void {
    for (const [, lines] of [...this.output].sort(([a], [b]) => a - b)) this.lines.push(...lines);
    const steps = [...this.steps].sort(([, a], [, b]) => a.line - b.line || a.platform.localeCompare(b.platform));
    for (const [, step] of steps) {
      this.lines.push(`line ${step.line}: ${step.status} (${words(step.stage, step.platform)})`);
    }
    this.lines.push(...this.problems.map(problemLine));
    this.output.clear();
    this.steps.clear();
    this.problems.length = 0;
  }
}

type Fields = Readonly<Record<string, unknown>>;
type Render = (body: Fields, args: Fields, names: Map<number, string>) => string[];

/** Answers that a user sees nothing of. */
const silent = new Set(['initialize', 'launch', 'threads', 'configurationDone', 'continue', 'disconnect']);

const answers: Readonly<Record<string, Render>> = {
  setBreakpoints: (body) => (body['breakpoints'] as P.Breakpoint[]).map(breakpointLine),
  setFunctionBreakpoints: (body) => (body['breakpoints'] as P.Breakpoint[]).map(breakpointLine),
  setDataBreakpoints: (body) => (body['breakpoints'] as P.Breakpoint[]).map(breakpointLine),
  setExceptionBreakpoints: () => [],
  stackTrace: (body) =>
    (body['stackFrames'] as P.StackFrame[]).map(
      ({ name, line, source, presentationHint }) =>
        `  at ${name}${source === undefined ? '' : ` (${source.name ?? source.path ?? ''}:${line})`}${
          presentationHint === undefined || presentationHint === 'normal' ? '' : ` ${presentationHint}`
        }`,
    ),
  scopes: (body, _args, names) => {
    const scopes = body['scopes'] as P.Scope[];
    for (const scope of scopes) names.set(scope.variablesReference, scope.name);
    return [`scopes: ${scopes.map((scope) => scope.name + (scope.expensive ? ' (collapsed)' : '')).join(', ')}`];
  },
  variables: (body, args, names) => {
    const parent = names.get(args['variablesReference'] as number) ?? '?';
    return (body['variables'] as P.Variable[]).map(({ name, value, type, variablesReference }) => {
      if (variablesReference > 0) names.set(variablesReference, `${parent} › ${name}`);
      const more = variablesReference > 0 ? ' …' : '';
      return `  ${parent} › ${name} = ${value}${type === undefined ? '' : ` (${type})`}${more}`;
    });
  },
  evaluate: (body, args, names) => {
    const reference = body['variablesReference'] as number;
    if (reference > 0) names.set(reference, text(args['expression']));
    const result = text(body['result']);
    return result === '' && reference === 0
      ? []
      : `${result}${reference > 0 ? ' …' : ''}`.split('\n').map((line) => `= ${line}`);
  },
  exceptionInfo: (body) => {
    const details = fields(body['details'])['message'];
    return [body['exceptionId'], body['description'], details]
      .filter((part) => typeof part === 'string')
      .flatMap((part) => part.split('\n').map((line) => `  ! ${line}`));
  },
};

function problemLine({ line, severity, code, message, hint }: ProblemEvent): string {
  return `problem ${line}: ${severity} ${code}: ${words(message, hint)}`;
}

function breakpointLine({ verified, line, message }: P.Breakpoint): string {
  return `breakpoint ${line ?? '?'} ${verified ? 'verified' : 'not verified'}${message === undefined ? '' : `: ${message}`}`;
}

function titleOf(message: Message): string {
  return text(fields(message.arguments)['title']);
}

/** Drops what differs from machine to machine. */
function withoutPlace(args: Fields): Fields {
  const { cwd: _cwd, dockerfile: _dockerfile, builder: _builder, trace: _trace, ...rest } = args;
  return rest;
}

function withoutIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutIds);
  if (typeof value !== 'object' || value === null) return value;
  const ids = new Set(['id', 'frameId', 'threadId', 'variablesReference', 'sourceReference', 'adapterData']);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (ids.has(key) ? [] : [[key, withoutIds(item)]])),
  );
}

function words(...parts: readonly unknown[]): string {
  return parts.filter((part) => typeof part === 'string' && part !== '').join(', ');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
