import assert from 'node:assert/strict';
import { parseEvent } from '../../../extension/debug/events.js';

describe('events of the adapter', () => {
  it('say that a file was saved', () => {
    assert.deepEqual(parseEvent('dockerfile/saved', { path: '/w/Dockerfile', edited: false, more: 1 }), {
      kind: 'saved',
      body: { path: '/w/Dockerfile', edited: false },
    });
    for (const body of [undefined, {}, { path: '' }, { path: 3 }, 'path', { path: '/w/Dockerfile' }]) {
      assert.equal(parseEvent('dockerfile/saved', body), undefined);
    }
  });

  it('say which build argument was changed, be it to nothing', () => {
    const body = { name: 'VERSION', value: '' };
    assert.deepEqual(parseEvent('dockerfile/argument', body), { kind: 'argument', body });
    for (const wrong of [
      null,
      { name: 'VERSION' },
      { value: '2' },
      { name: '', value: '2' },
      { name: 'A', value: 2 },
    ]) {
      assert.equal(parseEvent('dockerfile/argument', wrong), undefined);
    }
  });

  it('say which problems are of a build that was refused, and that they are stale', () => {
    const problem = { path: '/w/Dockerfile', line: 2, endLine: 2, severity: 'error', code: 'syntax', message: 'no' };
    assert.deepEqual(parseEvent('dockerfile/problem', problem)?.body, problem);
    assert.deepEqual(parseEvent('dockerfile/problem', { ...problem, refused: true })?.body, {
      ...problem,
      refused: true,
    });
    assert.deepEqual(parseEvent('dockerfile/problem', { ...problem, refused: 'yes' })?.body, problem);
    const body = { path: '/w/Dockerfile' };
    assert.deepEqual(parseEvent('dockerfile/withdrawn', body), { kind: 'withdrawn', body });
    assert.equal(parseEvent('dockerfile/withdrawn', {}), undefined);
  });

  it('are ignored when a newer adapter has others', () => {
    assert.equal(parseEvent('dockerfile/tomorrow', { path: '/w' }), undefined);
  });
});
