/** Passes the engine's words on to whoever listens to the debugger. */
import type { DebuggerEvents, ProblemFact } from '../api.js';
import type { Emitter } from '../events.js';
import type { Label } from '../program/labels.js';
import { createOutputWriter, type OutputWriter } from './output.js';
import type { StepBoard } from './step-status.js';
import type { TimelineListener, VertexRecord } from './timeline.js';
import { warningFact } from './warnings.js';

/** A step that has begun needs the machine: so many milliseconds later there is time, if it still runs. */
const WAITING = 20;

/** How the frontend of Dockerfiles names the steps of a stage. */
const OF_A_STEP = /^\[(?:\S+ )*\d+\/\d+\] /;

/** The programs that the words are about come a little later than the first of them. */
export interface Relay {
  readonly listener: TimelineListener;
  readonly writer: OutputWriter;
  readonly warnings: readonly ProblemFact[];
  /** @param names what vertices are called here, by digest */
  attach(names: ReadonlyMap<string, Label>, board: StepBoard): void;
  /** Tells what is about lines of the Dockerfile: the build has begun, or will not. `attach` does it too. */
  tell(): void;
  /** Under the name that the vertex has here. */
  readonly named: (record: VertexRecord) => VertexRecord;
  onChange: () => void;
  /** A step runs and takes its time: there is some for us. Once. */
  onWaiting: () => void;
}

/** What is about a line waits for `attach` or `tell`: until then another build may be what the lines belong to. */
export function createRelay(events: Emitter<DebuggerEvents>): Relay {
  let labels: ReadonlyMap<string, Label> = new Map();
  const early: VertexRecord[] = [];
  const warnings: ProblemFact[] = [];
  let board: StepBoard | undefined;
  const named = waitForNames();
  let telling = false;
  const lull = awaitLull(() => relay.onWaiting());
  const label = (digest: string): Label | undefined => labels.get(digest);
  const writer = createOutputWriter(label, (output) => events.emit('output', output));
  const relay: Relay = {
    writer,
    warnings,
    named: (record) => ({ ...record, name: label(record.digest)?.name ?? record.name }),
    onChange: () => undefined,
    onWaiting: () => undefined,
    listener: {
      onVertex(record, before) {
        named.tell(record.name, () => writer.onVertex(record, before));
        if (board === undefined) early.push(record);
        else board.advance(record);
        if (board !== undefined) lull(record);
        relay.onChange();
      },
      onLog: (record, stream, text) => named.tell(record.name, () => writer.onLog(record, stream, text)),
      onWarning(warning) {
        const fact = warningFact(warning);
        warnings.push(fact);
        if (telling) events.emit('problem', fact);
      },
    },
    attach(names, steps) {
      board = steps;
      labels = names;
      relay.tell();
      for (const record of early.splice(0)) steps.advance(record);
    },
    tell() {
      if (telling) return;
      telling = true;
      named.know();
      for (const fact of warnings) events.emit('problem', fact);
    },
  };
  return relay;
}

/** Takes the steps as they change; calls back when the first of them has run for long enough. */
function awaitLull(found: () => void): (record: VertexRecord) => void {
  let watched: { readonly digest: string; readonly timer: NodeJS.Timeout } | undefined;
  let over = false;
  const call = (): void => {
    over = true;
    found();
  };
  return ({ digest, startedAt, completed }) => {
    if (over || startedAt === undefined) return;
    if (watched === undefined && !completed) watched = { digest, timer: setTimeout(call, WAITING).unref() };
    if (watched?.digest !== digest || !completed) return;
    clearTimeout(watched.timer);
    watched = undefined;
  };
}

/** What steps write before it is known what they are called here waits for that. */
function waitForNames(): { readonly tell: (name: string, write: () => void) => void; readonly know: () => void } {
  let waiting: (() => void)[] | undefined = [];
  return {
    tell(name, write) {
      if (waiting !== undefined && OF_A_STEP.test(name)) waiting.push(write);
      else write();
    },
    know() {
      for (const write of waiting ?? []) write();
      waiting = undefined;
    },
  };
}
