import assert from 'node:assert/strict';
import { isBuiltFile } from '../../../extension/files/built-file.js';

describe('a saved file', () => {
  const files: Readonly<Record<string, string>> = {
    '/w/app/.dockerignore': '*.md\nout\n!out/keep\n',
    '/w/app/web/Dockerfile.dockerignore': 'secret',
    '/w/bad/.dockerignore': '[\n',
  };
  const isBuilt = async (file: string, context = '/w/app', dockerfile = '/w/app/Dockerfile'): Promise<boolean> =>
    await isBuiltFile({ file, context, dockerfile, read: (path) => Promise.resolve(files[path]) });

  it('counts when the builder gets it', async () => {
    assert.equal(await isBuilt('/w/app/src/main.c'), true);
    assert.equal(await isBuilt('/w/app/out/keep'), true);
    assert.equal(await isBuilt('/w/app/..odd'), true);
    assert.equal(await isBuilt('/w/other/a', '/w/other', '/w/other/Dockerfile'), true);
  });

  it('does not count outside of the context, or where a rule leaves it out', async () => {
    assert.equal(await isBuilt('/w/application/main.c'), false);
    assert.equal(await isBuilt('/w/notes'), false);
    assert.equal(await isBuilt('/w/app/readme.md'), false);
    assert.equal(await isBuilt('/w/app/out/x'), false);
  });

  it('is judged by the rules beside the Dockerfile first', async () => {
    const dockerfile = '/w/app/web/Dockerfile';
    assert.equal(await isBuilt('/w/app/secret', '/w/app', dockerfile), false);
    assert.equal(await isBuilt('/w/app/readme.md', '/w/app', dockerfile), true);
  });

  it('leaves the Dockerfile to the adapter, and wrong rules to the build', async () => {
    assert.equal(await isBuilt('/w/app/Dockerfile'), false);
    assert.equal(await isBuilt('/w/bad/a', '/w/bad', '/w/bad/Dockerfile'), true);
  });
});
