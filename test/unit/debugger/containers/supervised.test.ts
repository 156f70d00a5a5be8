import assert from 'node:assert/strict';
import type { Process } from '../../../../debug-adapter/buildkit/api.js';
import {
  behindSupervisor,
  makeBadge,
  signalsInOrder,
} from '../../../../debug-adapter/debugger/containers/supervised.js';
import { fullReference } from '../../../../debug-adapter/debugger/containers/toolbox.js';

type Piece = { readonly fd: 1 | 2; readonly data: Uint8Array };

/** A supervisor that says these pieces and ends. */
function supervisor(pieces: readonly Piece[], exit: Process['exit'] = Promise.resolve({ code: 0 })): Process {
  const nothing = (): void => undefined;
  return {
    output: (async function* () {
      for (const piece of pieces) yield await Promise.resolve(piece);
    })(),
    exit,
    write: () => Promise.resolve(),
    endInput: nothing,
    resize: nothing,
    signal: () => Promise.resolve(),
  };
}

async function text(process: Process): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const { data } of process.output) chunks.push(data);
  return Buffer.concat(chunks).toString('latin1');
}

describe('a process behind its supervisor', () => {
  const badge = makeBadge(7);
  const words = `\u001e${badge.token} 42\u001e`;

  it('has its own exit code, and no word of the supervisor in its output, wherever it is cut', async () => {
    const said = Buffer.from(`out \u001e and \u001e${badge.token.slice(0, 4)}, then${words}late`, 'latin1');
    const clean = said.toString('latin1').replace(words, '');
    for (let cut = 0; cut <= said.length; cut++) {
      const pieces: Piece[] = [said.subarray(0, cut), said.subarray(cut)].map((data) => ({ fd: 2, data }));
      const process = behindSupervisor(supervisor(pieces), badge, () => Promise.resolve());
      assert.equal(await text(process), clean, `cut at ${cut}`);
      assert.deepEqual(await process.exit, { code: 42 }, `cut at ${cut}`);
    }
  });

  it('takes no other words for its own', async () => {
    const data = Buffer.from(`\u001e${makeBadge(7).token} 3\u001e`, 'latin1');
    const process = behindSupervisor(supervisor([{ fd: 1, data }], Promise.resolve({ code: 137 })), badge, () =>
      Promise.resolve(),
    );
    assert.equal(await text(process), data.toString('latin1'));
    assert.deepEqual(await process.exit, { code: 137 }, 'the code of the supervisor that could say nothing');
  });
});

describe('names of images', () => {
  it('are made whole as docker does', () => {
    const cases = {
      busybox: 'docker.io/library/busybox:latest',
      'busybox:musl': 'docker.io/library/busybox:musl',
      'me/tools': 'docker.io/me/tools:latest',
      'ghcr.io/me/tools:1': 'ghcr.io/me/tools:1',
      'localhost/tools': 'localhost/tools:latest',
      'host:5000/tools@sha256:abc': 'host:5000/tools@sha256:abc',
    };
    for (const [name, whole] of Object.entries(cases)) assert.equal(fullReference(name), whole);
  });
});

describe('signals', () => {
  it('are sent one after the other, whatever comes of them; what kills waits for none', async () => {
    const begun: string[] = [];
    const ends: (() => void)[] = [];
    const signals = signalsInOrder(async (name) => {
      begun.push(name);
      await new Promise<void>((resolve, reject) => ends.push(name === 'STOP' ? () => reject(new Error()) : resolve));
    });
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    void signals('STOP');
    void signals('CONT');
    await turn();
    assert.deepEqual(begun, ['STOP']);
    ends[0]?.();
    await turn();
    assert.deepEqual(begun, ['STOP', 'CONT']);
    void signals('KILL');
    await turn();
    assert.deepEqual(begun, ['STOP', 'CONT', 'KILL']);
  });
});
