/** Why a command failed and what to do, from its exit code, what it wrote, and what the Dockerfile says. */
import type { Instruction } from '../../../dockerfile/model.js';
import { networkRules } from './network.js';
import { packageRules } from './packages.js';
import type { Rule } from './rule.js';
import { systemRules } from './system.js';

export interface Evidence {
  readonly exitCode: number | undefined;
  /** Last lines that the step wrote, oldest first. */
  readonly lines: readonly string[];
  readonly engineMessage: string;
  readonly instruction: Instruction;
}

/** An edit of one instruction's text. */
export interface Fix {
  readonly title: string;
  /** The whole instruction anew. */
  readonly text: string;
}

export interface Explanation {
  /** What to do, and what says so; '' when nothing is known. */
  readonly hint: string;
  readonly fix: Fix | undefined;
}

/** Special ones first: an unknown package is more than a failed command. */
const tables: readonly (readonly Rule[])[] = [packageRules, networkRules, systemRules];

/** The first rule that holds, with the line that it is about. */
export function explain(evidence: Evidence): Explanation {
  const went = heredocWentOn(evidence);
  for (const rule of tables.flat()) {
    const found = matchRule(rule, evidence);
    if (found === undefined) continue;
    const hint = [fill(rule.hint, found.groups), found.line === '' ? '' : `(It wrote: ${found.line})`, went.hint];
    return {
      hint: hint.filter((words) => words !== '').join(' '),
      fix: fixOf(rule, evidence.instruction) ?? went.fix,
    };
  }
  return went;
}

/**
 * Expressions are compiled when they are used, to bytes the first time and to machine code the second, all of them for one
 * failure: done while a step runs, this takes no time when it has failed.
 */
export function compileExpressions(): void {
  for (const { text, command } of [...tables.flat(), ...tables.flat()]) {
    text?.test('');
    command?.test('');
  }
}

interface Found {
  readonly groups: readonly string[];
  /** The line that proves it; '' for the exit code alone. */
  readonly line: string;
}

function matchRule({ codes, text, command }: Rule, evidence: Evidence): Found | undefined {
  const { exitCode, lines, engineMessage, instruction } = evidence;
  if (codes !== undefined && (exitCode === undefined || !codes.includes(exitCode))) return undefined;
  if (command !== undefined && !command.test(instruction.text)) return undefined;
  if (text === undefined) return { groups: [], line: '' };
  for (const line of [...lines].reverse()) {
    const match = text.exec(line);
    if (match !== null) return { groups: groupsOf(match), line: line.trim() };
  }
  const match = text.exec(lines.join('\n')) ?? text.exec(engineMessage);
  return match === null ? undefined : { groups: groupsOf(match), line: '' };
}

/** Of alternatives only one has matched: its group is the first. */
function groupsOf(match: RegExpExecArray): readonly string[] {
  return match.slice(1).filter((group) => group !== undefined);
}

function fill(hint: string, groups: readonly string[]): string {
  return hint.replace(/\$(\d)/g, (_, number: string) => groups[Number(number) - 1] ?? 'it');
}

function fixOf({ fix }: Rule, instruction: Instruction): Fix | undefined {
  if (fix === undefined || !fix.from.test(instruction.text)) return undefined;
  return { title: fix.title, text: instruction.text.replace(fix.from, fix.to) };
}

/** Words of programs that could not do what they were asked. */
const trouble = /not found|no such file|permission denied|cannot |can't |unable to |error:|fatal:|failed/i;

/** A shell without `set -e` goes on after an error: the one that ended the step may not be the first. */
export function heredocWentOn({ instruction, lines }: Pick<Evidence, 'instruction' | 'lines'>): Explanation {
  const [heredoc] = instruction.heredocs;
  const none = { hint: '', fix: undefined };
  if (instruction.keyword !== 'RUN' || heredoc === undefined || /^\s*set\s+-\w*e/m.test(heredoc.content)) return none;
  const commands = heredoc.content.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
  const first = lines.find((line) => trouble.test(line));
  if (commands.length < 2 || first === undefined || heredoc.content.startsWith('#!')) return none;
  const [head = '', ...body] = instruction.text.split('\n');
  return {
    hint: `This here-document has no "set -e", so it goes on after a command that fails; the first trouble was: ${first.trim()}`,
    fix: { title: 'Stop at the first command that fails (set -e)', text: [head, 'set -e', ...body].join('\n') },
  };
}
