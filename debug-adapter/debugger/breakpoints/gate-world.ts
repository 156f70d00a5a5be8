/** What the gate of a thread asks of its build. */
import type { Instruction } from '../../dockerfile/model.js';
import type { DebuggerEvents, Frame, ProblemFact } from '../api.js';
import { fingerprint } from './data.js';
import type { GateWorld, Moment } from './gate.js';
import { UserError } from '../errors.js';
import type { Emitter } from '../events.js';
import { loadStopped } from '../load-stopped.js';
import { materialize } from '../containers/scene.js';
import type { StopInput } from '../stop/stop.js';

export interface WorldInput extends Omit<StopInput, 'reason' | 'point' | 'after' | 'inside' | 'failure' | 'onState'> {
  readonly events: Emitter<DebuggerEvents>;
  readonly isCached: GateWorld['isCached'];
  readonly warnings: readonly ProblemFact[];
  readonly hadResult: (instruction: Instruction) => boolean | undefined;
  readonly why: GateWorld['why'];
}

/** Asks nothing yet. */
export function createGateWorld(input: WorldInput): GateWorld {
  const { program, attempt, events, warnings } = input;
  const { gateway } = attempt.build;
  return {
    isCached: input.isCached,
    hadResult: input.hadResult,
    why: input.why,
    probe: (at, command, env, signal) => inFrame(input, at, (frame) => frame.probe(command, { env, signal })),
    config: (at, signal) => inFrame(input, at, (frame) => frame.config(signal)),
    async fingerprint({ point, after }, path, signal) {
      const step = program.steps.get(point.instruction.index);
      return fingerprint(
        gateway,
        await materialize(gateway, program, after ? step?.after : step?.before, signal),
        path,
        signal,
      );
    },
    warningsOf: ({ startLine, endLine }) => warnings.filter(({ line }) => line >= startLine && line <= endLine),
    write: (text, line) => events.emit('output', { category: 'console', text, line, logpoint: true }),
  };
}

/** A place is looked at like a stop at it, without being one. */
async function inFrame<T>(input: WorldInput, at: Moment, look: (frame: Frame) => Promise<T>): Promise<T> {
  const stop = { reason: { kind: 'step' }, inside: undefined, failure: undefined, onState: () => undefined } as const;
  const { createStop } = await loadStopped();
  await using live = createStop({ ...input, ...stop, ...at });
  const [frame] = live.stop.frames;
  if (frame === undefined) throw new UserError('no-frame', 'There is nothing to look at here.');
  return await look(frame);
}
