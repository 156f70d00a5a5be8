/** Text of a Dockerfile to the model, exactly as BuildKit's parser reads it. */
import { readDirectives } from './directives.js';
import { line1 } from './line.js';
import { mountFields } from './mount.js';
import type { Dockerfile, Heredoc, Instruction, Stage } from './model.js';
import { findProblems } from './problems.js';
import { scan, type Body, type LogicalLine } from './scan.js';
import type { Command } from './split.js';
import { plainWords } from './words.js';

export { line1 } from './line.js';

/**
 * Parses any text; what is wrong with it is in `problems`, and the model holds what could be read. All but the directives is
 * read when it is asked for: a long text takes longer than an engine that waits for the question likes.
 */
export function parseDockerfile(text: string): Dockerfile {
  const directives = readDirectives(text);
  let known: Content | undefined;
  const content = (): Content => (known ??= parseContent(text, directives));
  return {
    text,
    syntax: directives.syntax,
    escape: directives.escape,
    get globalArgs() {
      return content().globalArgs;
    },
    get stages() {
      return content().stages;
    },
    get instructions() {
      return content().instructions;
    },
    get problems() {
      return content().problems;
    },
  };
}

type Content = Pick<Dockerfile, 'globalArgs' | 'stages' | 'instructions' | 'problems'>;

function parseContent(text: string, directives: ReturnType<typeof readDirectives>): Content {
  const scanned = scan(text, directives.escape);
  const instructions: Instruction[] = [];
  let stage: number | undefined;
  for (const [index, line] of scanned.lines.entries()) {
    if (line.command.keyword === 'FROM') stage = stage === undefined ? 0 : stage + 1;
    instructions.push(toInstruction(line.command, line, { index, stage }));
  }
  const { syntax, escape } = directives;
  const stages = toStages(instructions);
  const globalArgs = instructions.filter(({ keyword, stage }) => keyword === 'ARG' && stage === undefined);
  const content = { globalArgs, stages, instructions };
  return { ...content, problems: findProblems({ text, syntax, escape, ...content }, scanned, directives.mistakes) };
}

function toInstruction(
  command: Command,
  line: LogicalLine,
  place: { readonly index: number; readonly stage: number | undefined },
): Instruction {
  const { keyword, args, flags, json, trigger } = command;
  return {
    index: place.index,
    keyword,
    stage: place.stage,
    startLine: line1(line.startLine),
    endLine: line1(line.endLine),
    text: line.text,
    args,
    flags,
    heredocs: line.heredocs.map(toHeredoc),
    json: json.kind === 'strings' ? json.items : undefined,
    references: referencesOf(command),
    trigger: trigger === undefined ? undefined : toInstruction(trigger, line, place),
  };
}

function toHeredoc(body: Body): Heredoc {
  const { name, content, raw, expand } = body;
  return { name, content, raw, expand, startLine: line1(body.startLine), endLine: line1(body.endLine) };
}

function referencesOf(command: Command): readonly string[] {
  switch (command.keyword) {
    case 'FROM':
      return plainWords(command.args).slice(0, 1);
    case 'COPY':
      return command.flags.filter(({ name, value }) => name === 'from' && value !== '').map(({ value }) => value);
    case 'RUN':
      return command.flags
        .filter(({ name }) => name === 'mount')
        .flatMap(({ value }) => mountFields(value) ?? [])
        .flatMap(({ key, value }) => (key === 'from' && value !== undefined && value !== '' ? [value] : []));
    default:
      return [];
  }
}

function toStages(instructions: readonly Instruction[]): readonly Stage[] {
  const groups: Instruction[][] = [];
  for (const instruction of instructions) {
    if (instruction.keyword === 'FROM') groups.push([instruction]);
    else groups.at(-1)?.push(instruction);
  }
  const names = new Map<string, number>();
  return groups.map((group, index) => {
    const [base = '', as, written] = plainWords(group[0]?.args ?? '');
    const name = as?.toLowerCase() === 'as' ? written?.toLowerCase() : undefined;
    const baseStage = names.get(base);
    if (name !== undefined) names.set(name, index);
    const platform = group[0]?.flags.find((flag) => flag.name === 'platform')?.value;
    return { index, name, instructions: group, base, baseStage, platform };
  });
}
