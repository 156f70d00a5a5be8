import type { Variable } from '../../dockerfile/model.js';
import type { StepConfig } from '../../debugger/api.js';
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

/** The scope "Environment": what this Dockerfile sets first, in its order, then the rest. */
export function environmentValues(config: StepConfig): readonly Value[] {
  const all = [...processVariables(config)];
  const isOwn = (from: Variable | undefined): boolean => from !== undefined && from.origin.kind !== 'base-image';
  const sorted = [...all.filter(([, { from }]) => isOwn(from)), ...all.filter(([, { from }]) => !isOwn(from))];
  return sorted.map(([name, { value, from }]) => ({
    name,
    value,
    kind: 'data',
    evaluateName: `$${name}`,
    ...(from === undefined ? { type: 'set by BuildKit' } : originOf(from)),
  }));
}

/** The scope "Build arguments". */
export function argumentValues(config: StepConfig): readonly Value[] {
  return [...config.args].map(([name, variable]) =>
    variable === undefined
      ? { name, value: '(no value)', kind: 'virtual', type: 'declared without a value' }
      : { name, value: variable.value, kind: 'data', evaluateName: `$${name}`, ...originOf(variable) },
  );
}
