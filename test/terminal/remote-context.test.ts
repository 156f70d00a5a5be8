import assert from 'node:assert/strict';
import { Workspace } from '../support/dap/index.js';
import { runPiped } from './terminal.js';

describe('a context that the engine cannot fetch', () => {
  const context = 'git://127.0.0.1:1/no/x.git';
  const words =
    /127\.0\.0\.1 does not answer the engine, which was to fetch git:\/\/127\.0\.0\.1:1\/no\/x\.git\.\s+Check the address/;

  it('is told in the same words whether the Dockerfile is in it or comes through standard input', async () => {
    using workspace = new Workspace({});
    const there = await runPiped(workspace.root, ['build', context]);
    const input = 'FROM busybox\nCOPY a /\n';
    const own = await runPiped(workspace.root, ['build', '-f', '-', context], { input });
    assert.deepEqual([there.code, own.code], [1, 1]);
    assert.match(there.stderr, words);
    assert.match(own.stderr, words);
    assert.doesNotMatch(own.stderr, /failed to load cache key|from the step/);
  });
});
