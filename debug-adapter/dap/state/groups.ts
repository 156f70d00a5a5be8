import type { FrameReference } from '../references.js';
import { argumentValues, environmentValues } from './environment.js';
import { failureValues } from './failure.js';
import { fileValues } from './files.js';
import { imageValues, mountValues, stepValues } from './step.js';
import type { Group } from './value.js';

/** The groups of the Variables view for a frame. A failure comes first and only where it happened. */
export function groupsOf({ stop, frame }: FrameReference): readonly Group[] {
  const { reason } = stop;
  const mounts = frame.mounts();
  const failed: readonly Group[] =
    reason.kind === 'failed' && stop.frames[0] === frame
      ? [{ name: 'Failure', expensive: false, children: () => failureValues(reason.failure) }]
      : [];
  return [
    ...failed,
    {
      name: 'Step',
      hint: 'locals',
      expensive: false,
      children: async (signal) => stepValues(frame.instruction, frame.facts(), await frame.config(signal)),
    },
    {
      name: 'Build arguments',
      hint: 'arguments',
      expensive: false,
      children: async (signal) => argumentValues(await frame.config(signal)),
    },
    {
      name: 'Environment',
      expensive: false,
      children: async (signal) => environmentValues(await frame.config(signal)),
    },
    ...(mounts.length === 0 ? [] : [{ name: 'Mounts', expensive: false, children: () => mountValues(mounts) }]),
    { name: 'Image config', expensive: true, children: async (signal) => imageValues(await frame.config(signal)) },
    { name: 'Files', expensive: true, children: (signal) => fileValues(frame.files, '/', signal) },
  ];
}
