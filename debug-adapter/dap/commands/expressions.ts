import { expand } from '../../dockerfile/expand.js';
import type { Dockerfile } from '../../dockerfile/model.js';
import type { StepConfig } from '../../debugger/api.js';
import { UserError } from '../../debugger/errors.js';
import { originWords } from '../state/origins.js';

/** Value of an expression, and where it comes from when it is a single variable. */
export interface Evaluated {
  readonly value: string;
  readonly origin: string | undefined;
}

const single = /^\$?(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))$/;

/** Whether it is something like `$NAME` or `${NAME:-x}` and nothing more. */
export function isVariable(text: string): boolean {
  return /^\$(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|[A-Za-z_]\w*)$/.test(text.trim());
}

/** The variable that an expression names and nothing more. */
export function nameOf(text: string): string | undefined {
  const [, braced, bare] = single.exec(text.trim()) ?? [];
  return braced ?? bare;
}

/** Values as `$NAME` gives them at this step. */
export function evaluateExpression(text: string, config: StepConfig, dockerfile: Dockerfile): Evaluated {
  const values = config.environment;
  const name = nameOf(text);
  if (name !== undefined) {
    const variable = values.get(name);
    if (variable !== undefined) return { value: variable.value, origin: originWords(variable.origin) };
    const declared = config.args.has(name) ? 'is declared, but has no value here' : 'is not set here';
    throw new UserError('variable-unset', `${name} ${declared}.`);
  }
  if (!text.includes('$')) throw new UserError('no-expression', `"${text}" is no variable.`);
  const result = expand(text, (variable) => values.get(variable)?.value, { escape: dockerfile.escape });
  if (!result.ok) throw new UserError('expression', result.message);
  return { value: result.value, origin: undefined };
}
