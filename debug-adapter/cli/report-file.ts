/** `--report FILE`: what became of a build, in Markdown, for people who were not there; CI shows it as a summary. */
import { appendFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createColors } from 'picocolors';
import type { Context } from './context.js';
import { frameOf } from './context.js';
import { excerpt } from './excerpt.js';
import { fieldsOf, textOf } from './fields.js';
import { InputError } from './input.js';
import type { Machine, Stopped } from './machine.js';
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

/** So many lines of what a step wrote or changed are shown. */
const mostLines = 60;

/** Adds the report of one session to a file. */
export class ReportFile {
  private readonly failures = new Map<number, Failed>();

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
      const why = error instanceof Error ? error.message : String(error);
      throw new InputError(`The report cannot be written: ${why}`);
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

  /** Adds the report to the file. */
  async write(machine: Machine, milliseconds: number): Promise<void> {
    // What failed may have been mended since.
    const failures = machine.outcome === 'completed' ? [] : [...this.failures.values()];
    await appendFile(resolve(this.cwd, this.path), reportOf(machine, milliseconds, failures));
  }
}

/** What a step wrote; the adapter tells the error below it in the same way. */
function written(machine: Machine, line: number): readonly string[] {
  const tail = machine.steps.at(line)?.tail ?? [];
  const told = tail.lastIndexOf(`${machine.name}:${line}`);
  return told < 0 ? tail : tail.slice(0, told);
}

/** The whole report. */
export function reportOf(machine: Machine, milliseconds: number, failures: readonly Failed[]): string {
  const outcome = failures.length > 0 || machine.outcome === 'failed' ? 'failed' : (machine.outcome ?? 'was left');
  const title = `## Build of ${machine.name} ${outcome} (${seconds(milliseconds)})`;
  const problems = failures.length > 0 ? [] : problemsOf(machine);
  const parts = [title, ...failures.map(failureOf), ...problems, ...stepsOf(machine)];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n\n`;
}

function failureOf({ platform, place, excerpt: code, summary, output, advice, changes }: Failed): string {
  return [
    `**${place}**${platform === '' ? '' : ` on ${platform}`}: ${inline(summary)}`,
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

/** Of a build that never ran. */
function problemsOf(machine: Machine): readonly string[] {
  const errors = machine.problems.filter(({ severity }) => severity === 'error');
  return errors.map(({ line, message, hint }) => `**${machine.name}:${line}**: ${inline(`${message} ${hint}`.trim())}`);
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

function cell(text: string): string {
  const short = text.length > 120 ? `${text.slice(0, 119)}…` : text;
  return inline(short).replaceAll('|', '\\|');
}

/** Nothing in it is taken for Markdown or HTML. */
function inline(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_<>[\]]/g, (letter) => `\\${letter}`);
}

/** A fence that is longer than any in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

function folded(title: string, text: string): string {
  const lines = text.trimEnd().split('\n');
  const left = lines.length > mostLines ? ` (the last ${mostLines} of ${lines.length} lines)` : '';
  return `<details><summary>${title}${left}</summary>\n\n${fenced(lines.slice(-mostLines).join('\n'))}\n\n</details>`;
}
