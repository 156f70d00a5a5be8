import type { Failure } from '../../debugger/api.js';
import { property, type Value } from './value.js';

/** The scope "Failure". */
export function failureValues(failure: Failure): readonly Value[] {
  const lines = failure.lastLines;
  return [
    property('summary', failure.summary, { line: failure.place.line }),
    property('command', failure.command),
    ...(failure.exitCode === undefined ? [] : [property('exit code', String(failure.exitCode))]),
    ...(failure.hint === '' ? [] : [property('hint', failure.hint)]),
    property('last lines', lines.at(-1) ?? '(it wrote nothing)', {
      ...(lines.length > 0 && { children: () => lines.map((line, index) => property(String(index), line)) }),
    }),
    property('engine message', failure.engineMessage),
    ...failure.others.map((other) => property('also failed', other)),
  ];
}

/** What the editor's exception box has below the summary: the command if the summary shortens it, last lines, hint. */
export function failureText(failure: Failure): string {
  const command = failure.summary.includes(failure.command) ? [] : [failure.command];
  const hint = failure.hint === '' ? [] : ['', failure.hint];
  const lines = failure.lastLines.length === 0 ? [] : ['', ...failure.lastLines.map((line) => `  ${line}`)];
  const others = failure.others.length === 0 ? [] : ['', ...failure.others.map((other) => `Also failed: ${other}`)];
  return [...command, ...lines, ...hint, ...others].join('\n').replace(/^\n/, '');
}
