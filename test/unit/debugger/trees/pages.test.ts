import assert from 'node:assert/strict';
import type { FileFact, StateFiles } from '../../../../debug-adapter/debugger/api.js';
import { pagesOf } from '../../../../debug-adapter/debugger/trees/pages.js';

const names = [
  'b',
  'a',
  '.hidden',
  'Z',
  '-x',
  'ü',
  '😀',
  '\uffee',
  ...Array.from({ length: 90 }, (_, index) => `f${index}`),
];
const inOrder = [...names].sort();
const fact = (name: string): FileFact => ({
  ...{ name, type: 'file', size: name.length, mode: 0o644, uid: 0, gid: 0 },
  ...{ linkTarget: undefined, modified: 1 },
});

/** A folder whose listing comes when it is let go. */
function slowFolder(more: Partial<StateFiles>): {
  readonly files: StateFiles;
  readonly letGo: () => void;
  readonly fail: (error: Error) => void;
} {
  let [letGo, fail] = [(): void => undefined, (_: Error): void => undefined];
  const listing = new Promise<readonly FileFact[]>((resolve, reject) => {
    letGo = () => resolve(names.map(fact));
    fail = reject;
  });
  const none = (): Promise<never> => Promise.reject(new Error('not asked for'));
  return { files: { list: () => listing, stat: none, read: none, ...more }, letGo, fail };
}

const { signal } = new AbortController();
const named = ({ files }: { readonly files: readonly FileFact[] }): string[] => files.map(({ name }) => name);

describe('pages of a folder', () => {
  it('begin before the listing is there, and go on with it: each name once, in order', async () => {
    const first: StateFiles['first'] = (_folder, count) =>
      Promise.resolve({ files: inOrder.slice(0, count).map(fact), total: names.length });
    const { files, letGo } = slowFolder({ first });
    const pages = pagesOf(files, '/many', signal);
    const early = await pages.page(0, 10, signal);
    letGo();
    const rest = await pages.page(10, undefined, signal);
    assert.equal(early.total, names.length);
    assert.equal(rest.total, names.length);
    assert.deepEqual([...named(early), ...named(rest)], inOrder);
    assert.deepEqual(early.files, inOrder.slice(0, 10).map(fact));
  });

  it('wait for the listing when nobody can look sooner', async () => {
    for (const answer of [() => Promise.resolve(undefined), () => Promise.reject(new Error('no toolbox'))]) {
      const first: StateFiles['first'] = () => {
        setImmediate(letGo);
        return answer();
      };
      const { files, letGo } = slowFolder({ first });
      assert.deepEqual(named(await pagesOf(files, '/many', signal).page(0, 3, signal)), inOrder.slice(0, 3));
    }
    const { files, letGo } = slowFolder({});
    const page = pagesOf(files, '/many', signal).page(0, 3, signal);
    letGo();
    assert.deepEqual(named(await page), inOrder.slice(0, 3));
  });

  it('are not listed before the names are known, where nothing stops a listing and files that are alike are many', async () => {
    let asked = 0;
    const first: StateFiles['first'] = (_folder, count) => {
      assert.equal(asked, 0);
      return Promise.resolve({ files: inOrder.slice(0, count).map(fact), total: names.length });
    };
    const ends: boolean[] = [];
    const many = slowFolder({
      stops: true,
      list: (_folder, own) =>
        new Promise((_resolve, reject) => {
          own.addEventListener('abort', () => {
            ends.push(true);
            reject(own.reason as Error);
          });
        }),
    });
    const { files, letGo } = slowFolder({ stops: false, first, alike: many.files });
    const counted: StateFiles = { ...files, list: (...of) => ((asked += 1), files.list(...of)) };
    const pages = pagesOf(counted, '/many', signal);
    assert.equal((await pages.page(0, 10, signal)).total, names.length);
    assert.deepEqual(ends, [true]);
    letGo();
    assert.equal(named(await pages.page(10, undefined, signal)).length, names.length - 10);
    assert.equal(asked, 1);
  });

  it('are listed at once where files that are alike are few, or none', async () => {
    const never: StateFiles['first'] = () => Promise.reject(new Error('not asked for'));
    for (const list of [() => Promise.resolve([]), () => Promise.reject(new Error('There is no /many.'))]) {
      const few = slowFolder({ stops: true, list });
      const { files, letGo } = slowFolder({ stops: false, first: never, alike: few.files });
      const page = pagesOf(files, '/many', signal).page(0, 3, signal);
      letGo();
      assert.deepEqual(named(await page), inOrder.slice(0, 3));
    }
  });

  it('tell why there is no listing, at once or after a look at the names', async () => {
    const early = slowFolder({ first: () => Promise.reject(new Error('not asked for')) });
    early.fail(new Error('There is no /many.'));
    await assert.rejects(pagesOf(early.files, '/many', signal).page(0, 3, signal), /There is no \/many/);
    const first: StateFiles['first'] = () => {
      late.fail(new Error('There is no /many.'));
      return Promise.reject(new Error('exit code 1'));
    };
    const late = slowFolder({ first });
    await assert.rejects(pagesOf(late.files, '/many', signal).page(0, 3, signal), /There is no \/many/);
  });

  it('end the look at the names with the request', async () => {
    const stop = new AbortController();
    const first: StateFiles['first'] = (_folder, _count, own) =>
      new Promise((_resolve, reject) => {
        own.addEventListener('abort', () => reject(own.reason as Error));
        stop.abort();
        fail(new Error('The listing was cancelled.'));
      });
    const { files, fail } = slowFolder({ first });
    await assert.rejects(pagesOf(files, '/many', signal).page(0, 3, stop.signal), /The listing was cancelled/);
  });
});
