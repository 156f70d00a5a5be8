import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver/node';
import { parseDockerfile } from '../../../debug-adapter/dockerfile/parse.js';

/** What the engine would refuse, found without it. */
export function problems(text: string): Diagnostic[] {
  const lines = text.split('\n');
  return parseDockerfile(text).problems.map(({ code, line, endLine, message, hint }) => {
    const last = Math.min(endLine, lines.length) - 1;
    return {
      range: {
        start: { line: line - 1, character: indent(lines[line - 1] ?? '') },
        end: { line: last, character: (lines[last] ?? '').trimEnd().length },
      },
      severity: DiagnosticSeverity.Error,
      source: 'dockerfile',
      code,
      message: hint === '' ? message : `${message}\n${hint}`,
    };
  });
}

function indent(line: string): number {
  return line.length - line.trimStart().length;
}
