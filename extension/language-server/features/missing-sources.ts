import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver/node';
import { leadsOut, pathInContext } from '../../../debug-adapter/dockerfile/paths.js';
import { sourceWords, type SourceWord } from './copy-words.js';

/** The build context, as far as COPY asks it. Paths are relative and use `/`. */
export interface BuildContext {
  /** For people: where it is. */
  readonly name: string;
  readonly exists: (path: string) => Promise<boolean>;
  /** The line of the ignore file that leaves a path out of the context. */
  readonly ignoredBy: (path: string) => Promise<IgnoreLine | undefined>;
}

/** Its number counts from 1. */
export interface IgnoreLine {
  /** The name of the ignore file. */
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** COPY and ADD sources that the engine will not find, with the reason: not there, or left out by the ignore file. */
export async function missingSources(text: string, context: BuildContext): Promise<Diagnostic[]> {
  const found = await Promise.all(sourceWords(text).map(async (word) => await diagnose(word, context)));
  return found.flatMap((diagnostic) => diagnostic ?? []);
}

async function diagnose(word: SourceWord, context: BuildContext): Promise<Diagnostic | undefined> {
  const path = pathInContext(word.text);
  if (path === '') {
    return undefined;
  }
  const base = { range: rangeOf(word), source: 'dockerfile' };
  if (!(await context.exists(path))) {
    const message = leadsOut(word.text)
      ? `"${word.text}" is outside of the build context ${context.name}, and ".." does not lead out of it.\nBuild with a folder above it, or give that one a name: --build-context name=FOLDER, and COPY --from=name.`
      : `"${path}" is not in the build context ${context.name}.\nCreate it, correct the path, or build with another context.`;
    return {
      ...base,
      severity: DiagnosticSeverity.Information,
      code: 'copy-source-not-found',
      message,
    };
  }
  const rule = await context.ignoredBy(path);
  return rule === undefined
    ? undefined
    : {
        ...base,
        severity: DiagnosticSeverity.Warning,
        code: 'copy-source-ignored',
        message: `"${path}" is left out of the build context by line ${rule.line} of ${rule.file}: ${rule.text}\nRemove that line, or add "!${path}" after it.`,
      };
}

function rangeOf({ line, start, end }: SourceWord): Diagnostic['range'] {
  return { start: { line, character: start }, end: { line, character: end } };
}
