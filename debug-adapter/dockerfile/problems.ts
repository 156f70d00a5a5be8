/**
 * What the engine would refuse, found without it and told on the exact lines. Only what every build of the file would
 * run into: nothing that depends on the target, on build arguments or on the version of the engine.
 */
import { checkArguments, checkGrammar, type Fault } from './check-arguments.js';
import { checkFlags } from './check-flags.js';
import { checkReferences } from './check-references.js';
import { line1 } from './line.js';
import { nearest } from './locate.js';
import type { Dockerfile, Instruction, Problem } from './model.js';
import type { LogicalLine, Scan } from './scan.js';

/** All keywords of a Dockerfile. */
export const keywords: readonly string[] = [
  ...['ADD', 'ARG', 'CMD', 'COPY', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'FROM', 'HEALTHCHECK', 'LABEL', 'MAINTAINER'],
  ...['ONBUILD', 'RUN', 'SHELL', 'STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR'],
];

type Mistake = { readonly line: number; readonly code: string; readonly message: string };

/** Problems in the order of the text. */
export function findProblems(
  dockerfile: Omit<Dockerfile, 'problems'>,
  scanned: Scan,
  mistakes: readonly Mistake[],
): readonly Problem[] {
  const frontend = frontendOf(dockerfile.syntax);
  if (frontend === 'other') return [];
  const problems: Problem[] = mistakes.map(({ line, code, message }) =>
    problem(line, line, { code, message, hint: '' }),
  );
  for (const line of scanned.tooLong) {
    const message = 'The line is longer than the 65535 bytes that the engine reads.';
    problems.push(
      problem(line, line, { code: 'line-too-long', message, hint: 'Split it with a continuation character.' }),
    );
  }
  for (const [index, instruction] of dockerfile.instructions.entries()) {
    const line = scanned.lines[index];
    const fault = line === undefined ? undefined : faultOf(instruction, line, dockerfile.escape);
    if (fault !== undefined) problems.push(problem(instruction.startLine, instruction.endLine, fault));
  }
  problems.push(...checkStages(dockerfile, problems), ...checkReferences(dockerfile));
  const kept = frontend === 'old' ? problems.filter(({ code }) => !sinceHeredocs.has(code)) : problems;
  return kept.sort((a, b) => a.line - b.line);
}

const sinceHeredocs = new Set(['unterminated-heredoc', 'heredoc-destination', 'repeated-directive']);

/** Another frontend has its own grammar; docker/dockerfile before 1.4 knew no here-documents. */
function frontendOf(syntax: string | undefined): 'ours' | 'old' | 'other' {
  if (syntax === undefined) return 'ours';
  const match = /^(?:docker\.io\/)?docker\/dockerfile(?:-upstream)?(?::([\w.-]+))?(?:@.*)?$/.exec(syntax);
  if (match === null) return 'other';
  const minor = /^1\.(\d+)/.exec(match[1] ?? '')?.[1];
  return minor !== undefined && Number(minor) < 4 ? 'old' : 'ours';
}

function problem(line: number, endLine: number, fault: Fault): Problem {
  return { ...fault, line: line1(line), endLine: line1(endLine) };
}

function faultOf(instruction: Instruction, line: LogicalLine, escape: string): Fault | undefined {
  const { command } = line;
  if (command.word === '') {
    return {
      code: 'empty-continuation',
      message: 'A continuation character with no instruction.',
      hint: 'Remove the line.',
    };
  }
  if (!keywords.includes(command.keyword)) return unknownInstruction(command.word);
  return (
    checkGrammar(command, escape) ??
    unterminated(line) ??
    checkFlags(command) ??
    checkArguments(command, instruction, escape)
  );
}

function unterminated(line: LogicalLine): Fault | undefined {
  if (line.unterminated === undefined) return undefined;
  const message = `The here-document "${line.unterminated}" does not end.`;
  const hint = `Put "${line.unterminated}" on a line of its own, with no blanks around it.`;
  return { code: 'unterminated-heredoc', message, hint };
}

function unknownInstruction(word: string): Fault {
  const meant = nearest(word, keywords);
  const message = `Unknown instruction "${word}".`;
  return { code: 'unknown-instruction', message, hint: meant === undefined ? '' : `Did you mean ${meant}?` };
}

/** What no single instruction shows. */
function checkStages(dockerfile: Omit<Dockerfile, 'problems'>, known: readonly Problem[]): readonly Problem[] {
  const { instructions, stages } = dockerfile;
  if (instructions.length === 0) {
    const message = 'The Dockerfile has no instructions.';
    return [problem(1, 1, { code: 'no-instructions', message, hint: 'Start with FROM and an image.' })];
  }
  const misspelled = known.some(({ hint }) => hint === 'Did you mean FROM?');
  if (misspelled) return [];
  const early = instructions.find(
    ({ keyword, stage }) => stage === undefined && keyword !== 'ARG' && keywords.includes(keyword),
  );
  if (early !== undefined) {
    const message = `${early.keyword} before the first FROM.`;
    const hint = 'Only ARG may stand there: every other instruction belongs to a stage.';
    return [problem(early.startLine, early.endLine, { code: 'before-from', message, hint })];
  }
  if (stages.length > 0 || known.length > 0) return [];
  const last = instructions.at(-1);
  const fault = {
    code: 'no-stage',
    message: 'The Dockerfile has no FROM: there is nothing to build.',
    hint: 'Add FROM and an image.',
  };
  return last === undefined ? [] : [problem(last.startLine, last.endLine, fault)];
}
