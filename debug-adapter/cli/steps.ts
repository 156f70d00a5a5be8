/** What the steps of the build are doing, folded from `dockerfile/step` and `output` events. */
import type { StepEvent } from '../contract.js';
import { type Fields, numberOf, textOf } from './fields.js';

/** One step on one platform. */
export interface Step {
  readonly line: number;
  readonly endLine: number;
  /** The instruction as the adapter tells it, on one line. */
  readonly text: string;
  readonly stage: string;
  readonly platform: string;
  readonly status: StepEvent['status'];
  /** Milliseconds on the clock of the terminal when it began to run. */
  readonly since: number;
  readonly durationMs: number | undefined;
  /** The last lines it printed. */
  readonly tail: readonly string[];
}

const kept = 20;
const statuses: readonly StepEvent['status'][] = ['waiting', 'running', 'cached', 'done', 'failed', 'skipped'];

/** All steps of one attempt. */
export class Steps {
  private readonly steps = new Map<string, Step>();

  /** Takes an event; gives the step when its status is news. */
  take(event: Fields, now: number): Step | undefined {
    const line = numberOf(event['line']);
    const status = statuses.find((name) => name === event['status']);
    if (line === undefined || status === undefined) return undefined;
    const platform = textOf(event['platform']);
    const key = `${platform} ${textOf(event['stage'])} ${line}`;
    const before = this.steps.get(key);
    const step: Step = {
      line,
      endLine: numberOf(event['endLine']) ?? line,
      text: textOf(event['text']),
      stage: textOf(event['stage']),
      platform,
      status,
      since: before?.status === 'running' ? before.since : now,
      durationMs: numberOf(event['durationMs']),
      tail: status === 'running' && before?.status !== 'running' ? [] : (before?.tail ?? []),
    };
    this.steps.set(key, step);
    return before === undefined || isNews(before.status, status) ? step : undefined;
  }

  /** Adds what a line of the Dockerfile printed. */
  print(line: number, text: string): void {
    for (const [key, step] of this.steps) {
      if (line < step.line || line > step.endLine || step.status === 'waiting') continue;
      const tail = [...step.tail, ...text.split('\n').filter((part) => part !== '')].slice(-kept);
      this.steps.set(key, { ...step, tail });
    }
  }

  /** The step that a line of the Dockerfile belongs to. */
  at(line: number): Step | undefined {
    return this.all().find((step) => line >= step.line && line <= step.endLine);
  }

  all(): readonly Step[] {
    return [...this.steps.values()];
  }

  /** Those that run now, in the order they began. */
  running(): readonly Step[] {
    return this.all()
      .filter((step) => step.status === 'running')
      .sort((a, b) => a.since - b.since);
  }

  /** The build is for several platforms, whichever of them still run. */
  get several(): boolean {
    return new Set(this.all().map((step) => step.platform)).size > 1;
  }

  /** `[build:7]`, or `[linux/arm64 build:7]` when there are several platforms. */
  label({ platform, stage, line }: Step): string {
    return `[${this.several ? `${platform} ` : ''}${stage}:${line}]`;
  }

  /** Forgets everything: a new attempt begins. */
  clear(): void {
    this.steps.clear();
  }
}

/** What is asked for again comes from the cache: that it is there says nothing new. */
function isNews(before: Step['status'], status: Step['status']): boolean {
  const there = (each: Step['status']): boolean => each === 'done' || each === 'cached';
  return before !== status && !(there(before) && there(status));
}

/** `0.4s`, `12.3s`, `2m05s`. */
export function seconds(milliseconds: number): string {
  const all = milliseconds / 1000;
  if (all < 60) return `${all.toFixed(1)}s`;
  return `${Math.floor(all / 60)}m${String(Math.floor(all % 60)).padStart(2, '0')}s`;
}
