/** `--report FILE`: what became of a build, in Markdown, for people who were not there; CI shows it as a summary. */
import { appendFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createColors } from 'picocolors';
import { type Context, frameOf } from './context.js';
import { excerpt } from './excerpt.js';
import { fieldsOf, textOf } from './fields.js';
import { InputError } from './input.js';
import type { Machine, Stopped } from './machine.js';
import { cell, fenced, folded, inline } from './markdown.js';
import type { Problem } from './problem.js';
import { seconds, type Step } from './steps.js';

/** What was seen where a step failed. */
interface Failed {
  readonly platform: string;
  readonly place: string;
  readonly excerpt: string;
  readonly summary: string;
  /** The last lines that the step wrote. */
  readonly output: readonly string[];
  readonly advice: string;
  /** What the step changed before it failed; '' where nobody can tell. */
  readonly changes: string;
}

/** Adds the report of one session to a file. */
export class ReportFile {
  private readonly failures = new Map<number, Failed>();
  private refusal = '';

  /** @param path relative to `cwd`; what the file has is kept, as CI's summaries want it */
  constructor(
    private readonly path: string,
    private readonly cwd: string,
  ) {}

  /** Whether it can be written is known before anything is built. */
  async check(): Promise<void> {
    try {
      await appendFile(resolve(this.cwd, this.path), '');
    } catch (error) {
      throw unwritable(error);
    }
  }

  /** A stop that is looked at: what is known of a failure is asked while it stands. */
  async stopped(context: Context, { reason, threadId, text }: Stopped): Promise<void> {
    if (reason !== 'exception') return void this.failures.delete(threadId);
    const { adapter, machine, place } = context;
    const frame = frameOf(context);
    const info = await adapter.request('exceptionInfo', { threadId }).catch(() => ({}));
    const ask = async (expression: string): Promise<string> => {
      const answer = await adapter.request('evaluate', { expression, context: 'repl', frameId: frame?.id });
      return textOf(answer['result']);
    };
    const lines = machine.lines(frame?.path ?? '');
    const [first, last] = [frame?.line ?? 1, frame?.endLine ?? frame?.line ?? 1];
    this.failures.set(threadId, {
      platform: place.platform,
      place: `${machine.name}:${first}`,
      excerpt: excerpt({ name: machine.name, lines, first, last, around: 3 }, createColors(false)),
      summary: textOf(fieldsOf(info)['description'], text),
      output: written(machine, first),
      advice: machine.problems.findLast(({ line, severity }) => severity === 'error' && line === first)?.hint ?? '',
      // Some failures left nothing to compare.
      changes: await ask(':diff').catch(() => ''),
    });
  }

  /** There is no build, and why. */
  refused(message: string): void {
    this.refusal = message;
  }

  /** Adds the report to the file. */
  async write(machine: Machine, milliseconds: number): Promise<void> {
    // What failed may have been mended since.
    const failures = machine.outcome === 'completed' ? [] : [...this.failures.values()];
    const report = reportOf(machine, milliseconds, { failures, refusal: this.refusal });
    try {
      await appendFile(resolve(this.cwd, this.path), report);
    } catch (error) {
      throw unwritable(error);
    }
  }
}

/** The last lines that a step wrote. */
function written(machine: Machine, line: number): readonly string[] {
  return machine.steps.at(line)?.tail ?? [];
}

function unwritable(error: unknown): InputError {
  const why = error instanceof Error ? error.message : String(error);
  return new InputError(
    `The report cannot be written: ${why}. --report wants a file that can be written, or a new one.`,
  );
}

/** What is told besides the steps. */
interface Told {
  readonly failures: readonly Failed[];
  /** Why there was no build; '' if there was one. */
  readonly refusal: string;
}

/** The whole report. */
export function reportOf(machine: Machine, milliseconds: number, { failures, refusal }: Told): string {
  const hasFailed = failures.length > 0 || refusal !== '' || machine.outcome === 'failed';
  const outcome = hasFailed ? 'failed' : (machine.outcome ?? 'was left');
  const title = `## Build of ${inline(machine.name)} ${outcome} (${seconds(milliseconds)})`;
  const problems = failures.length > 0 ? [] : problemsOf(machine);
  const why = failures.length + problems.length === 0 ? inline(refusal) : '';
  const parts = [title, ...failures.map(failureOf), ...problems, why, ...warningsOf(machine), ...stepsOf(machine)];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n\n`;
}

function failureOf({ platform, place, excerpt: code, summary, output, advice, changes }: Failed): string {
  return [
    `**${inline(place)}**${platform === '' ? '' : ` on ${platform}`}: ${inline(summary)}`,
    fenced(code),
    inline(advice),
    output.length === 0 ? '' : fenced(output.join('\n')),
    changes.trim() === '' || changes.includes('nothing changed')
      ? ''
      : folded('What the step changed before it failed', changes),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Of a build that never ran, or that nobody stopped. */
function problemsOf(machine: Machine): readonly string[] {
  const errors = machine.problems.filter(({ severity }) => severity === 'error');
  return errors.map((problem) => {
    const { line, endLine, hint } = problem;
    const lines = machine.lines(machine.path);
    const code = excerpt({ name: machine.name, lines, first: line, last: endLine, around: 3 }, createColors(false));
    const output = written(machine, line);
    return [
      `**${inline(`${machine.name}:${line}`)}**: ${inline(messageOf(problem))}`,
      lines.length === 0 ? '' : fenced(code),
      inline(hint),
      output.length === 0 ? '' : fenced(output.join('\n')),
    ]
      .filter((part) => part !== '')
      .join('\n\n');
  });
}

function warningsOf(machine: Machine): readonly string[] {
  const warnings = machine.problems.filter(({ severity }) => severity === 'warning');
  if (warnings.length === 0) return [];
  const rows = warnings.map(
    (problem) => `- line ${problem.line}: ${inline(`${messageOf(problem)} ${problem.hint}`.trim())}`,
  );
  return [['Warnings:', '', ...rows].join('\n')];
}

/** Without its place, which is told before it. */
function messageOf({ path, line, message }: Problem): string {
  const place = `${path}:${line}: `;
  return message.startsWith(place) ? message.slice(place.length) : message;
}

function stepsOf(machine: Machine): readonly string[] {
  const steps = machine.steps.all().filter(({ status }) => status !== 'waiting' && status !== 'skipped');
  if (steps.length === 0) return [];
  const sorted = [...steps].sort((a, b) => a.platform.localeCompare(b.platform) || a.line - b.line);
  const rows = sorted.map(
    (step) => `| ${cell(machine.steps.label(step))} | ${cell(machine.textOf(step))} | ${tellOf(step)} |`,
  );
  return [['| step | instruction | |', '| --- | --- | --- |', ...rows].join('\n')];
}

function tellOf({ status, durationMs }: Step): string {
  if (status === 'cached') return 'cached';
  const time = durationMs === undefined ? '' : ` ${seconds(durationMs)}`;
  return status === 'done' ? time.trim() : `${status}${time}`;
}
