/** Variables in the values of a Compose file, as https://docs.docker.com/reference/compose-file/interpolation/ has them. */
import type { Variables } from '../definition.js';

/** What a value needs besides the variables. */
export interface Interpolating {
  readonly variables: Variables;
  /** A variable without a default that is not set: it is taken for an empty text. */
  readonly onUnset: (name: string) => void;
  /** Called with words about a variable that has to be set, or text that is no variable; throws. */
  readonly fail: (what: string) => never;
}

const plain = /^[A-Za-z_]\w*/;

/** Fills in `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:?words}`, `${NAME:+other}`, each also without its colon; `$$` is a `$`. */
export function interpolate(text: string, given: Interpolating): string {
  let result = '';
  let at = 0;
  while (at < text.length) {
    const dollar = text.indexOf('$', at);
    if (dollar < 0) return result + text.slice(at);
    result += text.slice(at, dollar);
    const [value, end] = variableAt(text, dollar + 1, given);
    result += value;
    at = end;
  }
  return result;
}

/** Value of what follows a `$`, and where it ends. */
function variableAt(text: string, at: number, given: Interpolating): readonly [string, number] {
  if (text[at] === '$') return ['$', at + 1];
  if (text[at] !== '{') {
    const [name] = plain.exec(text.slice(at)) ?? [];
    // `$1`, `$(ls)`: of a shell.
    if (name === undefined) return ['$', at];
    return [valueOf(name, given), at + name.length];
  }
  const end = closing(text, at + 1);
  if (end === undefined) return given.fail(`"${text}" has a \${ that is not closed.`);
  return [braced(text.slice(at + 1, end), given), end + 1];
}

/** Index of the brace that closes the one before `from`; a default may have variables of its own. */
function closing(text: string, from: number): number | undefined {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '$' && text[at + 1] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}

function braced(text: string, given: Interpolating): string {
  const [, name, operator = '', word = ''] = /^([A-Za-z_]\w*)(?:(:?[-?+])([^]*))?$/.exec(text) ?? [];
  if (name === undefined) return given.fail(`"\${${text}}" is no variable; a $ that is meant as one is written $$.`);
  const value = given.variables(name);
  const counts = operator.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
  switch (operator.at(-1)) {
    case '-':
      return counts && value !== undefined ? value : interpolate(word, given);
    case '+':
      return counts ? interpolate(word, given) : '';
    case '?':
      if (counts && value !== undefined) return value;
      return given.fail(`The variable ${name} has to be set${word === '' ? '.' : `: ${interpolate(word, given)}`}`);
    default:
      return valueOf(name, given);
  }
}

function valueOf(name: string, { variables, onUnset }: Interpolating): string {
  const value = variables(name);
  if (value === undefined) onUnset(name);
  return value ?? '';
}
