import type { LaunchArguments } from '../../contract.js';
import { nearest } from '../../dockerfile/locate.js';
import { UserError } from '../../debugger/errors.js';
import { readBoolean } from './csv.js';
import { flags, shortFlags, type Draft, type Flag } from './flags.js';

/** Launch arguments that flags amount to, and what the user ought to know about some of them. */
export interface ParsedFlags {
  readonly launch: LaunchArguments;
  readonly notes: readonly string[];
}

interface Parsing {
  readonly rest: string[];
  readonly draft: Draft;
  readonly notes: string[];
}

function apply(parsing: Parsing, name: string, flag: Flag, attached: string | undefined): void {
  let value = attached;
  if (flag.kind === 'switch') {
    const on = readBoolean(value ?? 'true');
    if (on === undefined) throw new UserError('flag-value', `${name} is true or false, not "${value}".`);
    value = String(on);
  } else {
    value ??= parsing.rest.shift();
    if (value === undefined)
      throw new UserError('flag-value-missing', `${name} needs a value, and nothing follows it.`);
  }
  flag.set(parsing.draft, value, (text) => parsing.notes.push(text));
}

function unknown(name: string): never {
  const near = nearest(name, flags.keys());
  throw new UserError(
    'flag-unknown',
    `docker buildx build has no flag ${name}.`,
    near === undefined ? 'Its flags are in "docker buildx build --help".' : `Did you mean ${near}?`,
  );
}

function parseLong(parsing: Parsing, word: string): void {
  const equals = word.indexOf('=');
  const name = equals < 0 ? word : word.slice(0, equals);
  const flag = flags.get(name);
  if (flag === undefined) unknown(name);
  apply(parsing, name, flag, equals < 0 ? undefined : word.slice(equals + 1));
}

/** `-t NAME`, `-tNAME`, `-t=NAME`, `-qt NAME`. */
function parseShort(parsing: Parsing, word: string): void {
  for (let at = 1; at < word.length; at += 1) {
    const letter = word.charAt(at);
    const name = shortFlags.get(letter);
    const flag = name === undefined ? undefined : flags.get(name);
    if (flag === undefined) unknown(`-${letter}`);
    const rest = word.slice(at + 1).replace(/^=/, '');
    const takesRest = flag.kind === 'value' || word.charAt(at + 1) === '=';
    apply(parsing, `-${letter}`, flag, takesRest && rest !== '' ? rest : undefined);
    if (takesRest) return;
  }
}

function addContext(parsing: Parsing, word: string): void {
  if (parsing.draft.context !== undefined) {
    throw new UserError(
      'flag-extra-argument',
      `There are two build contexts: "${parsing.draft.context}" and "${word}".`,
      'A build has one; the value of a flag may need quotes, or its "=".',
    );
  }
  parsing.draft.context = word;
}

/** Reads the flags of `docker buildx build`, as its own command line would. */
export function parseFlags(args: readonly string[]): ParsedFlags {
  const parsing: Parsing = { rest: [...args], draft: {}, notes: [] };
  let onlyContext = false;
  for (let word = parsing.rest.shift(); word !== undefined; word = parsing.rest.shift()) {
    if (onlyContext || word === '-' || !word.startsWith('-')) addContext(parsing, word);
    else if (word === '--') onlyContext = true;
    else if (word.startsWith('--')) parseLong(parsing, word);
    else parseShort(parsing, word);
  }
  return { launch: parsing.draft, notes: parsing.notes };
}
