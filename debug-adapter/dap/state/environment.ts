import type { Variable } from '../../dockerfile/model.js';
import type { StepConfig, Watched } from '../../debugger/api.js';
import { originOf } from './origins.js';
import type { Value } from './value.js';

/** Variables that a process of the step gets, by name, with what is known of where they come from. */
export function processVariables(
  config: StepConfig,
): ReadonlyMap<string, { readonly value: string; readonly from: Variable | undefined }> {
  const all = new Map<string, { readonly value: string; readonly from: Variable | undefined }>();
  for (const entry of config.processEnv) {
    const equals = entry.indexOf('=');
    const name = equals < 0 ? entry : entry.slice(0, equals);
    all.set(name, { value: equals < 0 ? '' : entry.slice(equals + 1), from: config.environment.get(name) });
  }
  return all;
}

/** What the Dockerfile and its user say stands first; what every build has, last. */
function rank(from: Variable | undefined): number {
  switch (from?.origin.kind) {
    case 'line':
    case 'default':
    case 'build-arg':
      return 0;
    case 'base-image':
      return 1;
    default:
      return 2;
  }
}

function watch(name: string): Watched {
  return { kind: 'variable', name };
}

/** The scope "Environment": what this Dockerfile sets first, in its order, then the rest. */
export function environmentValues(config: StepConfig): readonly Value[] {
  const all = [...processVariables(config)].sort(([, a], [, b]) => rank(a.from) - rank(b.from));
  return all.map(([name, { value, from }]) => ({
    name,
    value,
    kind: 'data',
    evaluateName: `$${name}`,
    watched: watch(name),
    ...(from === undefined ? { type: 'set by BuildKit' } : originOf(from)),
  }));
}

/** The scope "Build arguments". */
export function argumentValues(config: StepConfig): readonly Value[] {
  const all = [...config.args].sort(([, a], [, b]) => rank(a) - rank(b));
  return all.map(([name, variable]) =>
    variable === undefined
      ? { name, value: '(no value)', kind: 'virtual', type: 'declared without a value' }
      : {
          name,
          value: variable.value,
          kind: 'data',
          evaluateName: `$${name}`,
          watched: watch(name),
          ...originOf(variable),
        },
  );
}
