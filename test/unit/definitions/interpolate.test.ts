import assert from 'node:assert/strict';
import { interpolate } from '../../../debug-adapter/definitions/compose/interpolate.js';

const values: Readonly<Record<string, string>> = { SET: 'value', EMPTY: '', OTHER: 'x' };

function fill(text: string, unset: string[] = []): string {
  return interpolate(text, {
    variables: (name) => values[name],
    onUnset: (name) => unset.push(name),
    fail: (what) => {
      throw new Error(what);
    },
  });
}

describe('variables of a Compose file', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['plain', 'plain'],
    ['$SET', 'value'],
    // As docker compose has them: a Dockerfile in the file may have commands with these.
    ['awk \'{print $1}\' $(ls) $@ "$" 100$', 'awk \'{print $1}\' $(ls) $@ "$" 100$'],
    ['$$$SET}', '$value}'],
    ['a${SET}b$OTHER.c', 'avaluebx.c'],
    ['$$SET $${SET}', '$SET ${SET}'],
    ['${NONE:-default} ${EMPTY:-default} ${SET:-default}', 'default default value'],
    ['${NONE-default}|${EMPTY-default}|${SET-default}', 'default||value'],
    ['${NONE:+other}|${EMPTY:+other}|${SET:+other}', '||other'],
    ['${NONE+other}|${EMPTY+other}', '|other'],
    ['${NONE:-${SET}-${NONE:-${OTHER}}}', 'value-x'],
    ['${SET:?words}${EMPTY?words}', 'value'],
    ['${NONE:-}', ''],
  ];
  for (const [text, expected] of cases) {
    it(`${text} is ${JSON.stringify(expected)}`, () => assert.equal(fill(text), expected));
  }

  it('names those that are not set and have no default, and takes them for nothing', () => {
    const unset: string[] = [];
    assert.equal(fill('<$NONE-${MISSING}-$EMPTY>', unset), '<-->');
    assert.deepEqual(unset, ['NONE', 'MISSING']);
  });

  const wrong: readonly (readonly [string, RegExp])[] = [
    ['${NONE:?say it: ${SET}}', /^Error: The variable NONE has to be set: say it: value$/],
    ['${EMPTY:?}', /^Error: The variable EMPTY has to be set\.$/],
    ['${SET', /that is not closed/],
    ['${1A}', /"\$\{1A\}" is no variable/],
  ];
  for (const [text, expected] of wrong) it(`${text} is refused`, () => assert.throws(() => fill(text), expected));
});
