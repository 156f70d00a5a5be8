/** Passes the engine's words on to whoever listens to the debugger. */
import type { DebuggerEvents, ProblemFact } from './api.js';
import type { Emitter } from './events.js';
import { createOutputWriter, type OutputWriter } from './output.js';
import type { Program } from './program.js';
import type { StepBoard } from './step-status.js';
import type { TimelineListener, VertexRecord } from './timeline.js';
import { warningFact } from './warnings.js';

/** The programs that the words are about come a little later than the first of them. */
export interface Relay {
  readonly listener: TimelineListener;
  readonly writer: OutputWriter;
  readonly warnings: readonly ProblemFact[];
  attach(programs: readonly Program[], board: StepBoard): void;
  /** Tells what is about lines of the Dockerfile: the build has begun, or will not. `attach` does it too. */
  tell(): void;
  onChange: () => void;
  /** The first step runs: there is time. */
  onWaiting: () => void;
}

/** What is about a line waits for `attach` or `tell`: until then another build may be what the lines belong to. */
export function createRelay(events: Emitter<DebuggerEvents>): Relay {
  const lines = new Map<string, number>();
  const early: VertexRecord[] = [];
  const warnings: ProblemFact[] = [];
  let board: StepBoard | undefined;
  let telling = false;
  let waiting = true;
  const writer = createOutputWriter(
    (digest) => lines.get(digest),
    (output) => events.emit('output', output),
  );
  const relay: Relay = {
    writer,
    warnings,
    onChange: () => undefined,
    onWaiting: () => undefined,
    listener: {
      onVertex(record, before) {
        writer.onVertex(record, before);
        if (board === undefined) early.push(record);
        else board.advance(record);
        if (waiting && board !== undefined && record.startedAt !== undefined && !record.completed) {
          waiting = false;
          relay.onWaiting();
        }
        relay.onChange();
      },
      onLog: (record, stream, text) => writer.onLog(record, stream, text),
      onWarning(warning) {
        const fact = warningFact(warning);
        warnings.push(fact);
        if (telling) events.emit('problem', fact);
      },
    },
    attach(programs, steps) {
      board = steps;
      for (const program of programs) {
        for (const [digest, step] of program.owners) lines.set(digest, Number(step.instruction.startLine));
      }
      relay.tell();
      for (const record of early.splice(0)) steps.advance(record);
    },
    tell() {
      if (telling) return;
      telling = true;
      for (const fact of warnings) events.emit('problem', fact);
    },
  };
  return relay;
}
