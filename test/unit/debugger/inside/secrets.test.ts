import assert from 'node:assert/strict';
import { withoutSecrets } from '../../../../debug-adapter/debugger/inside/secrets.js';

describe('variables of a script that hold secrets', () => {
  it('have no value to be seen: those that are one, and those that have one in them', () => {
    const variables = new Map([
      ['TOKEN', 'abcdef, changed'],
      ['AUTH', 'Bearer abcdef'],
      ['PASSWORD', 's3cret\nof two lines'],
      ['PIN', '12'],
      ['other', 'x12'],
    ]);
    const held = new Map([
      ['TOKEN', 'abcdef'],
      ['PIN', '12'],
    ]);
    assert.deepEqual(Object.fromEntries(withoutSecrets(variables, held, ['s3cret\nof two lines\n'])), {
      TOKEN: '(holds a secret)',
      AUTH: '(holds a secret)',
      PASSWORD: '(holds a secret)',
      PIN: '(holds a secret)',
      other: 'x12',
    });
  });
});
