import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { cleanPath } from '../../../debug-adapter/patterns/clean-path.js';
import { compileExpression, compileSimulation } from '../../../debug-adapter/patterns/expression-match.js';
import { parseExpression } from '../../../debug-adapter/patterns/expression-parser.js';
import { translate } from '../../../debug-adapter/patterns/expression.js';
import { matchName, PatternError } from '../../../debug-adapter/patterns/glob.js';
import { parseIgnoreFile } from '../../../debug-adapter/patterns/ignore-file.js';
import { compilePatterns } from '../../../debug-adapter/patterns/matcher.js';

interface EngineCase {
  readonly text: string;
  readonly patterns: readonly string[];
  readonly error?: string;
  readonly paths?: Readonly<Record<string, 'yes' | 'no' | 'error'>>;
}

/** Verdicts of the engine's own code (moby/patternmatcher 0.6.1, along a walk), also for patterns nobody should write. */
const cases = JSON.parse(
  readFileSync(new URL('../../fixtures/ignore/engine.json', import.meta.url), 'utf8'),
) as EngineCase[];

function verdict(check: () => boolean): 'yes' | 'no' | 'error' {
  try {
    return check() ? 'yes' : 'no';
  } catch (error) {
    assert.ok(error instanceof PatternError);
    return 'error';
  }
}

describe('ignore patterns', () => {
  it('mean what they mean to the engine', () => {
    for (const { text, patterns, error, paths } of cases) {
      const rules = parseIgnoreFile(text);
      assert.deepEqual(
        rules.map(({ pattern }) => pattern),
        patterns,
        text,
      );
      if (error !== undefined) {
        assert.throws(() => compilePatterns(rules), PatternError, text);
        continue;
      }
      const matcher = compilePatterns(rules);
      const found = Object.fromEntries(
        Object.keys(paths ?? {}).map((path) => [path, verdict(() => matcher.match(path).excluded)]),
      );
      assert.deepEqual(found, paths, text);
    }
    assert.ok(cases.length > 400);
  });

  it('errors are the engine’s, with the line', () => {
    assert.throws(() => compilePatterns(parseIgnoreFile('a\n\n[b\n')), {
      message: 'syntax error in pattern: "[b" (line 3)',
      line: 3,
    });
    assert.throws(() => compilePatterns(parseIgnoreFile('!\n')), { what: 'illegal exclusion pattern', line: 1 });
    assert.throws(() => parseIgnoreFile(`a\n${'b'.repeat(70_000)}`), { what: 'line too long', line: 2 });
  });

  it('names are matched as Go’s filepath.Match does', () => {
    assert.ok(matchName('a*c', 'abbc'));
    assert.ok(matchName('[^a-c]?', 'd😀'));
    assert.ok(!matchName('*', 'a/b'));
    assert.ok(matchName('\\*', '*'));
    assert.throws(() => matchName('[]a]', 'a'), PatternError);
    assert.throws(() => matchName('a\\', 'a'), PatternError);
    // What comes after a part that does not fit is not looked at.
    assert.ok(!matchName('b*[', 'a'));
  });

  it('on Windows a backslash separates', () => {
    const matcher = compilePatterns([{ pattern: 'a\\*.log' }], { windows: true });
    assert.ok(matcher.match('a/x.log').excluded);
    assert.ok(!matcher.match('a*.log').excluded);
  });
});

describe('pruned walks', () => {
  const segment = fc.constantFrom('a', 'b', 'ab', '*', '**', 'a*', '?');
  const pattern = fc
    .tuple(fc.boolean(), fc.array(segment, { minLength: 1, maxLength: 3 }))
    .map(([not, parts]) => ({ pattern: (not ? '!' : '') + parts.join('/') }))
    // Here the engine's own client leaves out too much; see below.
    .filter((rule) => !rule.pattern.endsWith('/*/**'));
  const path = fc
    .array(fc.constantFrom('a', 'b', 'ab', 'c'), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join('/'));

  it('never leave out what a whole walk finds', () => {
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 1, maxLength: 4 }), path, (rules, file) => {
        const matcher = compilePatterns(rules);
        for (let slash = file.indexOf('/'); slash >= 0; slash = file.indexOf('/', slash + 1)) {
          const folder = file.slice(0, slash);
          const { excluded } = matcher.match(folder);
          if (excluded && !matcher.mayExceptBelow(folder)) assert.ok(matcher.match(file).excluded);
          if (!excluded && !matcher.mayMatchBelow(folder)) assert.ok(!matcher.match(file).excluded);
        }
      }),
    );
  });

  it('enter no more below `/*/**` than the client of the engine does', () => {
    const matcher = compilePatterns([{ pattern: 'b/*/**' }]);
    assert.ok(matcher.match('b/a/a').excluded);
    assert.ok(matcher.mayMatchBelow('b'));
    assert.ok(!matcher.mayMatchBelow('b/a'), 'fsutil takes both globs off the end before it compares');
  });

  it('go by the states of the folders', () => {
    const matcher = compilePatterns(parseIgnoreFile('build\n!build/keep\n'));
    const folder = matcher.step('build', undefined);
    assert.deepEqual(folder.verdict, { excluded: true, rule: { pattern: 'build', line: 1 }, line: 1 });
    assert.ok(matcher.mayExceptBelow('build'));
    assert.equal(matcher.step('build/keep', folder.state).verdict.line, 2);
    assert.equal(matcher.step('build/other', folder.state).verdict.line, 1);
  });
});

describe('odd expressions', () => {
  const piece = fc.constantFrom('a', 'b', '/', '*', '**', '?', '[ab]', '[^a]', '|', '{2}', '{1,}', '\\b', '$', '.');

  it('match the same by simulation as by JavaScript’s engine', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 7 }),
        fc.stringMatching(/^[ab/.]{0,12}$/),
        (parts, path) => {
          const translation = translate(parts.join(''));
          const alternatives = translation.kind === 'expression' ? parseExpression(translation.source) : undefined;
          if (alternatives === undefined) return;
          assert.equal(compileSimulation(alternatives)(path), compileExpression(alternatives)(path));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('end in time on patterns that make backtracking explode', () => {
    const matcher = compilePatterns([{ pattern: '*a*a*a*a*a*a*a*a*a*a*b' }]);
    assert.ok(!matcher.match('a'.repeat(300)).excluded);
    assert.ok(matcher.match(`${'a'.repeat(300)}b`).excluded);
  });
});

describe('paths', () => {
  it('are cleaned as Go does', () => {
    const wanted = {
      '': '.',
      'a//b/': 'a/b',
      './a/./b': 'a/b',
      'a/../..': '..',
      '/..': '/',
      '/a/../b': '/b',
      '../a': '../a',
    };
    for (const [path, clean] of Object.entries(wanted)) assert.equal(cleanPath(path), clean);
  });
});
