import type { Frame } from '../../debugger/api.js';
import { UserError } from '../../debugger/errors.js';
import type { FrameReference } from '../references.js';
import { argumentValues, environmentValues } from './environment.js';
import { failureValues } from './failure.js';
import { fileValues } from './files.js';
import { mountValues } from './mounts.js';
import { imageValues, stepValues } from './step.js';
import { changesValue } from './changes.js';
import { shellGroups } from './shell.js';
import type { Group, Value } from './value.js';

type Assign = NonNullable<Value['assign']>;

/** Changes a variable for what runs at this stop. */
export function variable(frame: Frame, name: string, isArgument: boolean): Assign {
  return async (value, signal) => {
    await frame.override({ kind: 'variable', name, value }, signal);
    return isArgument ? 'argument' : 'value';
  };
}

function changeable(value: Value, frame: Frame): Value {
  const { name } = value;
  if (name !== 'user' && name !== 'workdir') return value;
  return {
    ...value,
    async assign(text, signal) {
      if (name === 'workdir' && !text.startsWith('/')) {
        throw new UserError('workdir-relative', `The working directory has to be an absolute path, not "${text}".`);
      }
      await frame.override({ kind: name, value: text }, signal);
      return 'value';
    },
  };
}

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
    ...shellGroups(frame),
    {
      name: 'Step',
      ...(frame.live === undefined && { hint: 'locals' }),
      expensive: false,
      children: async (signal) => [
        ...stepValues(frame.instruction, frame.facts(), await frame.config(signal)).map((value) =>
          changeable(value, frame),
        ),
        ...changesValue(frame),
      ],
    },
    {
      name: 'Build arguments',
      hint: 'arguments',
      expensive: false,
      children: async (signal) => {
        const config = await frame.config(signal);
        const { outside } = await frame.scope(signal);
        return argumentValues(config, outside).map((value) =>
          config.args.has(value.name) ? { ...value, assign: variable(frame, value.name, true) } : value,
        );
      },
    },
    {
      name: 'Environment',
      expensive: false,
      children: async (signal) => {
        const config = await frame.config(signal);
        const { toCome } = await frame.scope(signal);
        return environmentValues(config, toCome).map((value) => {
          return { ...value, assign: variable(frame, value.name, config.args.has(value.name)) };
        });
      },
    },
    ...(mounts.length === 0 ? [] : [{ name: 'Mounts', expensive: false, children: () => mountValues(frame) }]),
    { name: 'Image config', expensive: true, children: async (signal) => imageValues(await frame.config(signal)) },
    { name: 'Files', expensive: true, children: (signal) => fileValues(frame.files, '/', signal) },
  ];
}
