/** One progress entry while something runs: what runs now, and how much of a pull or an upload is done. */
import type { DebuggerEvents } from '../api.js';
import { seconds } from './output.js';
import type { Timeline, VertexRecord } from './timeline.js';

/** Milliseconds between two updates. */
const PACE = 250;
/** Milliseconds after which the time that something has taken is told anew, though nothing else has changed. */
const TICK = 1000;

export interface ProgressReporter {
  /** Something goes on until what is given back is disposed of; there is one entry for all that goes on at a time. */
  begin(): Disposable;
  /** Something changed on the timeline, which is the one to look at from now on. */
  touch(timeline: Pick<Timeline, 'running'>): void;
  /** The context is being sent: sums so far. */
  transfer(name: string, bytes: number): void;
  /** Nothing goes on any more. */
  endAll(): void;
}

/** @param now milliseconds */
export function createProgress(
  title: string,
  now: () => number,
  emit: (progress: DebuggerEvents['progress']) => void,
): ProgressReporter {
  let [count, last] = [0, 0];
  let id: string | undefined;
  const going = new Set<object>();
  let latest: Pick<Timeline, 'running'> | undefined;
  let ticks: NodeJS.Timeout | undefined;
  const update = (message: string, percent?: number): void => {
    if (id === undefined || now() - last < PACE) return;
    last = now();
    emit({ id, status: 'update', title, message, ...(percent === undefined ? {} : { percent }) });
  };
  const look = (): void => {
    const [first, ...others] = latest?.running() ?? [];
    if (first !== undefined) update(inWords(first, others.length, now()), percentOf(first));
  };
  const start = (): void => {
    id = `build-${++count}`;
    last = 0;
    ticks = setInterval(look, TICK).unref();
    emit({ id, status: 'start', title, message: '' });
  };
  const end = (): void => {
    clearInterval(ticks);
    if (id !== undefined) emit({ id, status: 'end', title, message: '' });
    id = undefined;
  };
  return {
    begin() {
      const work = {};
      going.add(work);
      if (id === undefined) start();
      return { [Symbol.dispose]: () => void (going.delete(work) && going.size === 0 && end()) };
    },
    touch(timeline) {
      latest = timeline;
      look();
    },
    transfer: (name, bytes) => update(`sending ${name}: ${(bytes / 1e6).toFixed(1)} MB`),
    endAll() {
      going.clear();
      end();
    },
  };
}

/** What runs, how many others do, and for how long. */
function inWords({ name, startedAt }: VertexRecord, others: number, now: number): string {
  const more = others > 0 ? ` (and ${others} more)` : '';
  return `${name}${more}${startedAt === undefined ? '' : `, ${seconds(Math.max(0, now - startedAt))}`}`;
}

/** Of the layers that are pulled; undefined when sizes are unknown. */
function percentOf(record: VertexRecord): number | undefined {
  let [current, total] = [0n, 0n];
  for (const task of record.tasks.values()) {
    current += task.current;
    total += task.total;
  }
  return total > 0n ? Math.min(100, Number((current * 100n) / total)) : undefined;
}
