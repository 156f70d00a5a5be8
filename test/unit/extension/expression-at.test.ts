import assert from 'node:assert/strict';
import { expressionAt } from '../../../extension/debug/expression-at.js';

describe('what a hover evaluates', () => {
  /** A line in which `^` stands before the character under the mouse, and what is found there. */
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['RUN echo $H^OME', '$HOME'],
    ['RUN echo ${HO^ME:-x}', '${HOME:-x}'],
    ['RUN ec^ho', undefined],
    ['ENV PA^TH=/bin', '$PATH'],
    ['ARG VERS^ION', '$VERSION'],
    ['FROM bu^ild AS top', 'build'],
    ['FROM build ^AS top', undefined],
    ['FROM build AS t^op', 'top'],
    ['FROM --platform=l^inux build', undefined],
    ['COPY --from=bu^ild /a /b', 'build'],
    ['COPY --ch^own=1 a /b', undefined],
    ['COPY src/^*.txt /b/', 'src/*.txt'],
    ['COPY src /^b/', '/b/'],
    ['ADD ["a ^b", "/c"]', 'a b'],
    ['ADD ["sr^c", "/c"]', 'src'],
    ['COPY $A^/x /b', '$A/x'],
    ['COPY $^A/x /b', '$A'],
    ['#^ COPY a b', undefined],
  ];
  for (const [marked, expected] of cases) {
    it(marked, () => {
      const column = marked.indexOf('^');
      const line = marked.replace('^', '');
      const found = expressionAt(line, column);
      assert.equal(found?.text, expected);
      if (found === undefined) return;
      const written = line.slice(found.start, found.end);
      assert.ok(written === found.text || `$${written}` === found.text, written);
    });
  }
});
