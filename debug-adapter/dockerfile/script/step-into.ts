/** From a RUN to the statements of its script, and a script that calls a function before each of them. */
import type { Node, Tree } from 'web-tree-sitter';
import { line1 } from '../line.js';
import type { Instruction, Line1 } from '../model.js';
import { parseHeredoc } from '../heredoc.js';
import { splitLines } from '../text.js';
import { mask, type Masked } from './mask.js';
import { instrument, type Span } from './instrument.js';
import type { GrammarFiles, NotSteppable, ScriptPlace, Statement, Steppable } from './model.js';
import { parseScript } from './parser.js';
import { interpreterOf, programName, scriptFlag, type Interpreter } from './shell.js';
import { argumentsOf, contentOf, jsonStrings, withBodies, type Source } from './source.js';
import { readNames } from './status.js';

/** A script, and the command line around it. */
interface Script extends Interpreter {
  readonly source: Source;
}

const shellNames = 'sh, bash, dash, ash, ksh, mksh and zsh';
const unreadable = { reason: 'The lines of this RUN cannot be told apart.' };

/**
 * What to run so that a RUN stops before each statement of its script. The lines are counted from the instruction's own: for
 * one that a base image brings they are not those of the Dockerfile. Nothing is thrown for any text.
 *
 * @param files asked for when the first script is parsed
 */
export async function stepInto(
  instruction: Instruction,
  place: ScriptPlace,
  files: () => Promise<GrammarFiles>,
): Promise<Steppable | NotSteppable> {
  const script = scriptOf(instruction, place);
  if ('reason' in script) return script;
  const { source, shell, parameters } = script;
  const masked = mask(source.text);
  if (masked === undefined) return { reason: 'It is not clear where the here-documents of this script end.' };
  if (masked.text.includes('\r'))
    return { reason: 'The script has the line endings of Windows, which belong to its words.' };
  const tree = await parseScript(masked.text, files);
  if (tree === undefined) return unreadable;
  try {
    const problem = problemOf(tree, instruction, source);
    if (problem !== undefined) return problem;
    const names = readNames(tree.rootNode, source.text, masked.bodies);
    const traits = { traces: shell.some(tracing), hasLocal: !shell.some((word) => programName(word) === 'ksh') };
    const { text, spans, passed, counts } = instrument(tree.rootNode, names, traits);
    if (spans.length === 0) return { reason: 'Nothing in this script can be stopped at.' };
    const places = placesIn(instruction, source);
    const statements = spans.map((span, index) => ({
      index,
      ...places(span),
      inFunction: span.inFunction,
      loop: span.loop,
      forked: span.forked,
      text: lineOf(masked, source.text, span),
    }));
    const functions = passed.map(({ name, ...span }) => {
      const { startLine, endLine } = places(span);
      return { name, startLine, endLine };
    });
    return { statements, passed: functions, shell, script: text, counts, parameters };
  } finally {
    tree.delete();
  }
}

/** `-x`, alone or with others. */
function tracing(word: string): boolean {
  return /^-[a-z]*x[a-z]*$/i.test(word) || word === 'xtrace';
}

function scriptOf(instruction: Instruction, place: ScriptPlace): Script | NotSteppable {
  if (instruction.keyword !== 'RUN') return { reason: `${instruction.keyword} runs no script.` };
  if (place.os === 'windows') return { reason: 'Scripts of Windows containers cannot be stepped through.' };
  const args = argumentsOf(instruction, place.escape);
  if (args === undefined) return unreadable;
  if (instruction.json !== undefined) return scriptInArray(args, instruction.json);
  if (scriptFlag(place.shell) !== place.shell.length - 1)
    return { reason: `Only scripts of ${shellNames} can be stepped through; SHELL is ${JSON.stringify(place.shell)}.` };
  const [first] = instruction.heredocs;
  const { shell } = place;
  if (first === undefined || parseHeredoc(instruction.args) === undefined) {
    const source = withBodies(args, instruction);
    return source === undefined ? unreadable : { source, shell, parameters: [] };
  }
  const source = contentOf(instruction, first);
  if (source === undefined) return unreadable;
  if (!source.text.startsWith('#!')) return { source, shell, parameters: [] };
  const interpreter = interpreterOf(source.text, `/dev/pipes/${first.name}`);
  const line = source.text.split('\n', 1)[0] ?? '';
  return interpreter === undefined
    ? { reason: `Only scripts of ${shellNames} can be stepped through; this one begins with ${line.trimEnd()}.` }
    : { source, ...interpreter };
}

/** `["bash", "-c", "…"]` */
function scriptInArray(args: Source, words: readonly string[]): Script | NotSteppable {
  const flag = scriptFlag(words);
  const source = flag === undefined ? undefined : jsonStrings(args, words)?.[flag + 1];
  if (flag === undefined || source === undefined)
    return { reason: 'This RUN starts a program without a shell: it has no statements to step through.' };
  return { source, shell: words.slice(0, flag + 1), parameters: words.slice(flag + 2) };
}

/** Words that begin or end a compound command. Where one is the name of a command, the grammar has read something else. */
const reserved = new Set(
  '{ } ! [[ ]] if then elif else fi for while until do done case esac select function coproc'.split(' '),
);

/** The first place that the grammar does not understand. */
function problemOf({ rootNode }: Tree, instruction: Instruction, source: Source): NotSteppable | undefined {
  const wrong = rootNode.hasError
    ? firstError(rootNode)
    : rootNode.descendantsOfType('command_name').find(({ text }) => reserved.has(text));
  if (wrong === undefined) return undefined;
  const { startLine } = placesIn(instruction, source)({ start: wrong.startIndex, end: wrong.startIndex + 1 });
  return { reason: `The script is not understood from line ${startLine} on.` };
}

function firstError(node: Node): Node {
  if (node.isError || node.isMissing) return node;
  const child = node.children.find(({ hasError, isMissing }) => hasError || isMissing);
  return child === undefined ? node : firstError(child);
}

/** Where parts of the script stand in the Dockerfile. */
function placesIn(
  instruction: Instruction,
  source: Source,
): (span: Span) => Omit<Statement, 'index' | 'text' | 'inFunction' | 'loop' | 'forked'> {
  const starts: number[] = [];
  let length = 0;
  for (const line of splitLines(instruction.text)) {
    starts.push(length);
    length += line.length;
  }
  const place = (offset: number): { line: Line1; column: number } => {
    const index = Math.max(
      0,
      starts.findLastIndex((start) => start <= offset),
    );
    return { line: line1(instruction.startLine + index), column: offset - (starts[index] ?? 0) };
  };
  return ({ start, end }) => {
    const last = Math.min(end, source.text.length) - 1;
    const [from, to] = [place(source.offsets[start] ?? 0), place(source.offsets[last] ?? 0)];
    const endColumn = to.column + (source.ends[last] ?? 1) - (source.offsets[last] ?? 0);
    return { startLine: from.line, startColumn: from.column, endLine: to.line, endColumn };
  };
}

const longest = 100;

function lineOf(masked: Masked, script: string, { start, end }: Span): string {
  const units = script.slice(start, end).split('');
  for (const body of masked.bodies)
    for (let at = Math.max(start, body.start); at < Math.min(end, body.after); at += 1) units[at - start] = ' ';
  const text = units
    .join('')
    .replace(/\\\n|\s+/g, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  return text.length <= longest ? text : `${text.slice(0, longest - 1).trimEnd()}…`;
}
