import { parseDockerfile } from '../../../debug-adapter/dockerfile/parse.js';
import type { Instruction } from '../../../debug-adapter/dockerfile/model.js';

/** A word of COPY or ADD that names something in the build context. Line and columns count from 0. */
export interface SourceWord {
  readonly text: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

/** Whether an instruction copies from the build context, rather than from a stage or an image. */
export function copiesFromContext({ keyword, flags }: Instruction): boolean {
  return (keyword === 'COPY' || keyword === 'ADD') && !flags.some(({ name }) => name === 'from');
}

/** The sources that COPY and ADD name plainly: no variables, patterns, URLs, heredocs or JSON. */
export function sourceWords(text: string): readonly SourceWord[] {
  const lines = text.split('\n');
  return parseDockerfile(text)
    .instructions.filter((instruction) => copiesFromContext(instruction) && instruction.json === undefined)
    .flatMap((instruction) => wordsOf(instruction, lines).slice(1, -1))
    .filter(({ text: word }) => isPlain(word));
}

/** The words of an instruction without its flags, each with its place; the keyword is the first. */
function wordsOf({ startLine, endLine, heredocs }: Instruction, lines: readonly string[]): readonly SourceWord[] {
  const end = heredocs.length > 0 ? startLine : endLine;
  const words: SourceWord[] = [];
  for (let line = startLine - 1; line < end; line += 1) {
    const content = lines[line] ?? '';
    if (content.trimStart().startsWith('#')) {
      continue;
    }
    for (const { 0: word, index } of content.matchAll(/[^\s\\`]\S*/g)) {
      if (!word.startsWith('--')) {
        words.push({ text: word, line, start: index, end: index + word.length });
      }
    }
  }
  return words;
}

function isPlain(word: string): boolean {
  return !/[$*?[\]"'\\<]/.test(word) && !/^[\w+.-]+:\/\/|^git@/.test(word);
}
