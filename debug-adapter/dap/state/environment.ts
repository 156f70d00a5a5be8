import type { Variable } from '../../dockerfile/model.js';
import type { ScopeFacts, StepConfig, Watched } from '../../debugger/api.js';
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

/** The scope "Environment": what this step changes first, then what this Dockerfile sets, in its order, then the rest. */
export function environmentValues(config: StepConfig, toCome: ScopeFacts['toCome']): readonly Value[] {
  const known = processVariables(config);
  const all = [...known].sort(([, a], [, b]) => rank(a.from) - rank(b.from));
  const values = all.map(([name, { value, from }]): Value => {
    const origin = from === undefined ? { type: 'set by BuildKit' } : originOf(from);
    return {
      name,
      value,
      kind: 'data',
      evaluateName: `$${name}`,
      watched: watch(name),
      ...coming(origin, toCome.get(name)),
    };
  });
  const fresh = [...toCome].filter(([name]) => !known.has(name)).map(([name, variable]) => freshValue(name, variable));
  const isFirst = ({ name }: Value): boolean => toCome.has(name);
  return [...fresh, ...values.filter(isFirst), ...values.filter((value) => !isFirst(value))];
}

/** What the step is about to do stands beside where the value came from. */
function coming(origin: Pick<Value, 'type' | 'line'>, next: Variable | undefined): Pick<Value, 'type' | 'line'> {
  return next === undefined ? origin : { ...origin, type: `${origin.type ?? ''}; this step makes it "${next.value}"` };
}

function freshValue(name: string, { value }: Variable): Value {
  return { name, value: '(not set yet)', kind: 'virtual', type: `this step makes it "${value}"` };
}

/** The scope "Build arguments". */
export function argumentValues(config: StepConfig, outside: ScopeFacts['outside']): readonly Value[] {
  const all = [...config.args].sort(([, a], [, b]) => rank(a) - rank(b));
  const others = [...outside].map(([name, variable]): Value => {
    const line = variable === undefined ? undefined : originOf(variable).line;
    const type = `declared before FROM, not in scope here: "ARG ${name}" in this stage would take it`;
    return {
      name,
      value: '(not in scope)',
      kind: 'virtual',
      type,
      ...(line !== undefined && { line }),
    };
  });
  return [...all.map(([name, variable]) => argumentValue(name, variable)), ...others];
}

function argumentValue(name: string, variable: Variable | undefined): Value {
  if (variable === undefined) return { name, value: '(no value)', kind: 'virtual', type: 'declared without a value' };
  const { value } = variable;
  return { name, value, kind: 'data', evaluateName: `$${name}`, watched: watch(name), ...originOf(variable) };
}
