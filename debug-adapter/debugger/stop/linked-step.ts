/** A step that has failed in another build, which it takes from: what one looks at is there, not in the Dockerfile of the step. */
import type { Config, Variable } from '../../dockerfile/model.js';
import type { LlbVertex } from '../../buildkit/llb.js';
import { baseOf, type Program, type Step } from '../program/program.js';

/** The step as a stop at that failure has it; any other one as it is. */
export function whereItFailed(step: Step, { linked, llb }: Program, failed: string | undefined): Step {
  const brought = failed === undefined || !linked.has(failed) ? undefined : llb.vertices.get(failed);
  return brought === undefined ? step : { ...step, brought, before: baseOf(brought) ?? step.before };
}

/** User, folder and variables are those of the other build; only its RUN tells them. */
export function broughtConfig(here: Config, { op: { op } }: LlbVertex): Config {
  const meta = op?.$case === 'exec' ? op.value.meta : undefined;
  const environment = new Map(
    (meta?.env ?? []).map((entry): [string, Variable] => {
      const [name = '', ...value] = entry.split('=');
      return [name, { value: value.join('='), origin: { kind: 'linked' } }];
    }),
  );
  const { shell, os, labels, exposed, volumes, entrypoint, cmd, stopSignal } = here;
  return {
    ...{ shell, os, labels, exposed, volumes, entrypoint, cmd, stopSignal },
    args: new Map(),
    env: environment,
    environment,
    user: meta?.user ?? '',
    workdir: meta?.cwd ?? '/',
    origins: new Map(),
  };
}
