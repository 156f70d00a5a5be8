import assert from 'node:assert/strict';
import { PassThrough, Readable } from 'node:stream';
import { Adapter } from '../../../debug-adapter/cli/adapter.js';
import type { Fields } from '../../../debug-adapter/cli/fields.js';
import { encode } from '../../../debug-adapter/cli/frames.js';
import { readInput } from '../../../debug-adapter/cli/input.js';

describe('what came through standard input', () => {
  it('is named as it came in all that the adapter says, but for paths', async () => {
    await using input = await readInput(['-'], () => Readable.from([Buffer.from('FROM a\n')]), '/work');
    const context = input.args.at(-1) ?? '';
    const said: Fields[] = [];
    const peer = { input: new PassThrough(), output: new PassThrough(), ended: Promise.resolve('') };
    const listener = { event: (_: string, body: Fields) => void said.push(body), asked: () => Promise.resolve({}) };
    new Adapter({ ...peer, abandon: assert.fail }, listener, input.names);
    const path = input.dockerfile;
    const body = { path, message: `${path}:2: no`, more: [`${context} has no x, see ${context}/.dockerignore`] };
    peer.output.write(encode({ seq: 1, type: 'event', event: 'dockerfile/problem', body }));
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(said, [
      { path, message: 'Dockerfile:2: no', more: ['from standard input has no x, see .dockerignore'] },
    ]);
  });

  it('leaves the context alone that did not', async () => {
    await using input = await readInput(['-f', '-', 'data'], () => Readable.from([Buffer.from('FROM a\n')]), '/work');
    assert.deepEqual(
      input.names.map(([, name]) => name),
      ['Dockerfile', 'FOLDER'],
    );
  });
});
