import assert from 'node:assert/strict';
import { EditedFiles } from '../../../extension/files/edited-files.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the files of a build', () => {
  it('are edited while they hold something else than was built', () => {
    const files = new EditedFiles();
    files.willSave('/a', bytes('one'));
    files.saved('/a', bytes('two'));
    assert.equal(files.first, '/a');
    files.willSave('/a', bytes('two'));
    files.saved('/a', bytes('three'));
    assert.equal(files.first, '/a');
    files.willSave('/a', bytes('three'));
    files.saved('/a', bytes('one'));
    assert.equal(files.first, undefined, 'as it was');
  });

  it('are edited when nobody knows what was built, and as others say', () => {
    const files = new EditedFiles();
    files.saved('/new', bytes('x'));
    files.set('/Dockerfile', true);
    assert.equal(files.first, '/new');
    files.set('/new', false);
    assert.equal(files.first, '/Dockerfile');
    files.set('/Dockerfile', false);
    assert.equal(files.first, undefined);
  });
});
