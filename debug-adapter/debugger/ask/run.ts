/** One build: what it is asked with, and what it is from then on. */
import type { Dockerfile, Instruction } from '../../dockerfile/model.js';
import type { DebuggerEvents, Surroundings, ThreadFact } from '../api.js';
import { type AttemptInput, beginAttempt } from './attempt.js';
import type { BreakpointBook } from '../breakpoints/book.js';
import type { Filters } from '../breakpoints/filters.js';
import type { Emitter } from '../events.js';
import { runsThrough } from './head-start.js';
import { loadAnswered } from '../load-answered.js';
import type { Past } from './past.js';
import type { Plan, Stood } from './plan.js';
import type { ProgressReporter } from '../progress/progress.js';
import { createRelay } from '../progress/relay.js';
import type { RunThread } from '../run/thread-api.js';
import { createTimeline, type VertexRecord } from '../progress/timeline.js';

/** What a build is asked with, and what it needs from then on. */
export interface RunInput extends Omit<AttemptInput, 'forces' | 'runsThrough' | 'timeline'> {
  readonly surroundings: Pick<Surroundings, 'env' | 'homeDir'>;
  /** 1 for the first build of the session. */
  readonly attempt: number;
  /** The build before this one stands, and is left only if the engine takes this one: nothing is told of it before. */
  readonly mayStay: boolean;
  readonly breakpoints: BreakpointBook;
  readonly filters: () => Filters;
  /** Where to begin, when not at the beginning. */
  readonly plan: Plan | undefined;
  /** The client has set its breakpoints. */
  readonly isConfigured: () => boolean;
  readonly events: Emitter<DebuggerEvents>;
  readonly progress: ProgressReporter;
  /** Everything has run, or nothing more will. */
  readonly onEnd: (exitCode: number) => void;
}

/** What is not the same for every build. */
export type Wishes = Partial<Pick<RunInput, 'plan' | 'isConfigured'>>;

export interface Run extends AsyncDisposable {
  /** 1 for the first build of the session. */
  readonly attempt: number;
  readonly dockerfile: Dockerfile;
  /** A step failed and the user was told. */
  readonly failed: boolean;
  /** Whether a target of this build needs the instruction. */
  readonly needs: (instruction: Instruction) => boolean;
  start(): void;
  threads(): readonly ThreadFact[];
  /** A thread that is not over. */
  thread(id: number): RunThread | undefined;
  /** Breakpoints or filters have changed. */
  refresh(): void;
  /** Why a step was not taken from the cache; undefined where no earlier build is known to compare with. */
  why(thread: number, instruction: Instruction): Promise<string | undefined>;
  /** Where threads stand. */
  stands(): readonly Stood[];
  /** What the next build may know of this one. */
  past(): Past;
  /** As disposing of it does, but the engine has forgotten it then. */
  leave(): Promise<void>;
}

/** A build whose programs are known; nothing of it runs yet. Disposing of it does nothing to one that has begun. */
export interface Asked extends AsyncDisposable {
  /** Tells of its steps, with what the build before it knew. */
  begin(past: Past): Run;
}

/** Asks the frontend for the programs; what begins with them tells of its steps, and `start` runs them. */
export async function askFor(input: RunInput): Promise<Asked> {
  const { attempt: number, events, mayStay, progress, signal } = input;
  const relay = createRelay(events);
  const timeline = createTimeline(relay.listener);
  const running = (): readonly VertexRecord[] => timeline.running().map(relay.named);
  relay.onChange = () => progress.touch({ running });
  relay.onChange();
  const forces = input.plan?.forces ?? ((): boolean => false);
  if (!mayStay) events.emit('build', { status: 'started', attempt: number });
  try {
    const attempt = await beginAttempt({ ...input, forces, timeline, runsThrough: () => runsThrough(input) });
    const { createRun } = await loadAnswered();
    let begun: Run | undefined;
    return {
      begin: (past) => (begun = createRun({ ...input, past }, attempt, relay)),
      [Symbol.asyncDispose]: async () => {
        if (begun === undefined) await attempt[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    // What it warned of may be why.
    if (!signal.aborted) relay.tell();
    if (!mayStay) events.emit('build', { status: signal.aborted ? 'canceled' : 'failed', attempt: number });
    throw error;
  }
}
