import { deepEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import { expand, expandWords } from '../../../debug-adapter/dockerfile/expand.js';

const variables: Readonly<Record<string, string>> = { A: 'one', P: '/usr/lib/x.so.1', E: '', W: 'a  b', Ü: 'u' };
const lookup = (name: string): string | undefined => (Object.hasOwn(variables, name) ? variables[name] : undefined);
const value = (text: string, escape: '\\' | '`' = '\\'): string => {
  const result = expand(text, lookup, { escape });
  return result.ok ? result.value : `! ${result.message}`;
};

describe('expand', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['plain', 'plain'],
    ['$A-${A}', 'one-one'],
    ['$AB', ''],
    ['$Ü', 'u'],
    ['a$', 'a$'],
    ['$.x', '$.x'],
    ['$1x $@ $$', 'x  '],
    ['"$A b"', 'one b'],
    ["'$A'", '$A'],
    ['\\$A', '$A'],
    ['a\\b', 'ab'],
    ['"a\\b"', 'a\\b'],
    ['"a\\"b"', 'a"b'],
    ['x\\', 'x'],
    ['${A:-d}${E:-d}${N:-d}', 'onedd'],
    ['${A-d}${E-d}${N-d}', 'oned'],
    ['${A:+s}${E:+s}${N:+s}', 's'],
    ['${A+s}${E+s}${N+s}', 'ss'],
    ['${N:-${M:-$A}}', 'one'],
    ['${P#*/}', 'usr/lib/x.so.1'],
    ['${P##*/}', 'x.so.1'],
    ['${P%.*}', '/usr/lib/x.so'],
    ['${P%%.*}', '/usr/lib/x'],
    ['${A/n/N}', 'oNe'],
    ['${P//\\//-}', '-usr-lib-x.so.1'],
    ['${W//?/x}', 'xxxx'],
    ["${A//n/'$0$0'}", 'onne'],
    ['${A?no}', 'one'],
    ['a<<b', 'a<<b'],
    ['${N:?not there}', '! N: not there'],
    ['${E:?}', '! E: is not allowed to be empty'],
    ['${N?}', '! N: is not allowed to be unset'],
    ['${A', "! syntax error: missing '}'"],
    ['${', "! syntax error: missing '}'"],
    ['${}', '! syntax error: bad substitution'],
    ['${A:-x', "! syntax error: missing '}'"],
    ['${A/x}', "! syntax error: missing '/' in ${}"],
    ['${A:#x}', '! unsupported modifier (:#) in substitution'],
    ['${A^}', '! unsupported modifier (^) in substitution'],
    ['"x', '! unexpected end of statement while looking for matching double-quote'],
    ["'x", '! unexpected end of statement while looking for matching single-quote'],
  ];
  for (const [text, expected] of cases) it(`${text} gives ${expected}`, () => equal(value(text), expected));

  it('knows the other escape character', () => equal(value('c:\\$A`$A`\\', '`'), 'c:\\one$A\\'));

  it('splits what variables bring, not what quotes hold', () => {
    const result = expandWords('x$W "$W" y\\ z', lookup, { escape: '\\' });
    deepEqual(result.ok && result.words, ['xa', 'b', 'a  b', 'y z']);
  });

  it('can leave quotes, escapes and unset variables alone', () => {
    const raw = { escape: '\\', rawQuotes: true, rawEscapes: true, skipUnset: true } as const;
    const result = expand('"a b" \\$A $N ${N:-x} \'c\'', lookup, raw);
    equal(result.ok && result.value, '"a b" \\$A $N ${N:-x} \'c\'');
  });

  it('answers deep nesting with words', () => {
    equal(value(`${'${N:-'.repeat(150)}`).startsWith('! '), true);
  });

  it('never throws', () => {
    const piece = fc.constantFrom(
      '$',
      '{',
      '}',
      'A',
      ':',
      '-',
      '+',
      '?',
      '#',
      '%',
      '/',
      '\\',
      '"',
      "'",
      '*',
      ' ',
      '<',
      'é',
      '😀',
    );
    const text = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, fc.boolean(), fc.boolean(), (input, rawEscapes, skipUnset) => {
        expand(input, lookup, { escape: '\\', rawEscapes, skipUnset });
        expandWords(input, lookup, { escape: '\\', rawEscapes, skipUnset });
      }),
      { numRuns: 2000 },
    );
  });
});
