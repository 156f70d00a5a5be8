/** One progress entry while something runs: what runs now, and how much of a pull or an upload is done. */
import type { DebuggerEvents } from './api.js';
import { seconds } from './output.js';
import type { Timeline, VertexRecord } from './timeline.js';

/** Milliseconds between two updates. */
const PACE = 250;
/** Milliseconds after which the time that something has taken is told anew, though nothing else has changed. */
const TICK = 1000;

export interface ProgressReporter {
  begin(): void;
  /** Something changed on the timeline, which is the one to look at from now on. */
  touch(timeline: Pick<Timeline, 'running'>): void;
  /** The context is being sent: sums so far. */
  transfer(name: string, bytes: number): void;
  end(): void;
}

/** @param now milliseconds */
export function createProgress(
  title: string,
  now: () => number,
  emit: (progress: DebuggerEvents['progress']) => void,
): ProgressReporter {
  let id: string | undefined;
  let count = 0;
  let last = 0;
  let latest: Pick<Timeline, 'running'> | undefined;
  let ticks: NodeJS.Timeout | undefined;
  const update = (message: string, percent?: number): void => {
    if (id === undefined || now() - last < PACE) return;
    last = now();
    emit({ id, status: 'update', title, message, ...(percent === undefined ? {} : { percent }) });
  };
  const look = (): void => {
    const running = latest?.running() ?? [];
    const [first] = running;
    if (first === undefined) return;
    const more = running.length > 1 ? ` (and ${running.length - 1} more)` : '';
    const pulled = percentOf(first);
    const time = first.startedAt === undefined ? '' : `, ${seconds(Math.max(0, now() - first.startedAt))}`;
    update(`${first.name}${more}${time}`, pulled);
  };
  return {
    begin() {
      if (id !== undefined) return;
      id = `build-${++count}`;
      last = 0;
      ticks = setInterval(look, TICK).unref();
      emit({ id, status: 'start', title, message: '' });
    },
    touch(timeline) {
      latest = timeline;
      look();
    },
    transfer: (name, bytes) => update(`sending ${name}: ${(bytes / 1e6).toFixed(1)} MB`),
    end() {
      clearInterval(ticks);
      if (id !== undefined) emit({ id, status: 'end', title, message: '' });
      id = undefined;
    },
  };
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
