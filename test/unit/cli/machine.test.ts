import assert from 'node:assert/strict';
import { Machine, type News } from '../../../debug-adapter/cli/machine.js';

function machine(): { readonly machine: Machine; readonly moved: (News | undefined)[] } {
  const moved: (News | undefined)[] = [];
  return { machine: new Machine('/no/Dockerfile', (news) => moved.push(news)), moved };
}

const stop = (threadId: number): Record<string, unknown> => ({ threadId, reason: 'breakpoint', description: 'Paused' });

describe('the machine as the terminal sees it', () => {
  it('gives a stop to who waits, and keeps one that came early', async () => {
    const { machine: early } = machine();
    early.event('stopped', stop(1));
    assert.equal((await early.news()).kind, 'stopped');
    const { machine: late, moved } = machine();
    const news = late.news();
    late.event('stopped', stop(1));
    assert.deepEqual(await news, { kind: 'stopped', threadId: 1, reason: 'breakpoint', text: 'Paused', why: '' });
    assert.deepEqual(moved, []);
  });

  it('calls a step what the adapter says where the Dockerfile is not on this machine', () => {
    const { machine: it } = machine();
    const step = it.steps.take({ line: 2, endLine: 2, status: 'cached', stage: 'stage-0', text: 'COPY . /src' }, 0);
    assert.ok(step !== undefined);
    assert.equal(it.textOf(step), 'COPY . /src');
    it.learn(it.path, 'FROM alpine\nCOPY  .   /src\n');
    assert.equal(it.textOf(step), 'COPY . /src');
  });

  it('knows which threads stand', () => {
    const { machine: it, moved } = machine();
    it.event('stopped', stop(1));
    it.event('stopped', stop(2));
    assert.ok(it.stands(1) && it.stands(2));
    const undo = it.resume(1);
    assert.ok(!it.stands(1) && it.stands(2));
    undo();
    assert.ok(it.stands(1));
    it.event('continued', { threadId: 2, allThreadsContinued: false });
    assert.ok(it.stands(1) && !it.stands(2));
    it.event('continued', { threadId: 2, allThreadsContinued: true });
    assert.ok(!it.stands(1));
    assert.equal(moved.length, 4);
  });

  it('waits a little for the thread that was moved when another one stands', async () => {
    const threadOf = (news: News): unknown => news.kind === 'stopped' && news.threadId;
    const { machine: it } = machine();
    it.event('stopped', stop(1));
    it.event('stopped', stop(2));
    it.resume(2);
    const moved = it.news();
    it.event('stopped', stop(2));
    assert.equal(threadOf(await moved), 2);
    assert.equal(threadOf(await it.news()), 2);
    it.resume(2);
    assert.equal(threadOf(await it.news()), 1);
  });

  it('stays with a thread that makes a step, until it stands or is over', async () => {
    const threadOf = (news: News): unknown => news.kind === 'stopped' && news.threadId;
    const { machine: it } = machine();
    for (const threadId of [1, 2]) it.event('thread', { threadId, reason: 'started' });
    for (const threadId of [1, 2]) it.event('stopped', stop(threadId));
    it.resume(2, true);
    let told: News | undefined;
    const stepped = it.news().then((news) => (told = news));
    it.event('stopped', stop(1));
    await new Promise((resolve) => setTimeout(resolve, 400));
    assert.equal(told, undefined, 'the other one stands, and is not looked at');
    it.event('stopped', stop(2));
    assert.equal(threadOf(await stepped), 2);
    it.resume(2, true);
    const over = it.news();
    it.event('thread', { threadId: 2, reason: 'exited' });
    assert.equal(threadOf(await over), 1);
  });

  it('comes back to the thread that was looked at when there is no other build', async () => {
    const { machine: it } = machine();
    it.event('stopped', stop(1));
    it.event('stopped', stop(2));
    it.rebuild(2, true);
    assert.ok(it.rebuilding && !it.stands(1) && !it.stands(2));
    const news = it.news();
    it.stay();
    const kept = await news;
    assert.deepEqual([kept.kind === 'stopped' && kept.threadId, kept.kind === 'stopped' && kept.kept], [2, true]);
    assert.ok(it.stands(1) && it.stands(2) && !it.rebuilding);
    it.rebuild(7, true);
    it.stay();
    const first = await it.news();
    assert.equal(first.kind === 'stopped' && first.kept, true);
  });

  it('forgets what was wrong with a build that is none, and keeps the problems of the one that stands', () => {
    const { machine: it } = machine();
    it.event('dockerfile/problem', { line: 4, message: 'RUN failed' });
    it.event('stopped', stop(1));
    it.rebuild(1, true);
    it.event('dockerfile/problem', { line: 9, message: 'unknown instruction' });
    it.stay();
    assert.deepEqual(
      it.problems.map(({ line }) => line),
      [4],
    );
  });

  it('forgets no stop when another thread stops while another build is asked for', () => {
    const { machine: it } = machine();
    it.event('stopped', stop(1));
    it.rebuild(1, true);
    it.event('stopped', stop(2));
    assert.ok(it.rebuilding);
    it.stay();
    assert.ok(it.stands(1) && it.stands(2));
    const undo = it.rebuild(1, true);
    undo();
    assert.ok(it.stands(1) && !it.rebuilding, 'it was not even asked for');
  });

  it('comes to that thread when there is one', async () => {
    const { machine: it } = machine();
    it.event('stopped', stop(2));
    it.rebuild(2, true);
    const news = it.news();
    it.event('thread', { reason: 'started', threadId: 1 });
    it.event('stopped', stop(1));
    it.event('stopped', stop(2));
    assert.deepEqual(await news, { kind: 'stopped', threadId: 2, reason: 'breakpoint', text: 'Paused', why: '' });
    it.rebuild(2, true);
    const other = it.news();
    it.event('stopped', stop(1));
    const found = await other;
    assert.equal(found.kind === 'stopped' && found.threadId, 1);
  });

  it('stays ended', async () => {
    const { machine: it } = machine();
    it.event('stopped', stop(1));
    it.event('terminated', {});
    assert.deepEqual(await it.news(), { kind: 'ended' });
    assert.deepEqual(await it.news(), { kind: 'ended' });
    assert.ok(!it.stands(1));
  });

  it('starts afresh with each build', () => {
    const { machine: it } = machine();
    it.event('dockerfile/build', { status: 'started', path: '/some/File', attempt: 1 });
    it.event('dockerfile/problem', { line: 3, severity: 'error', message: 'no' });
    it.event('dockerfile/build', { status: 'failed', path: '/some/File', attempt: 1 });
    assert.equal(it.name, 'File');
    assert.equal(it.outcome, 'failed');
    assert.deepEqual(
      it.problems.map(({ line, endLine, severity }) => [line, endLine, severity]),
      [[3, 3, 'error']],
    );
    it.event('dockerfile/build', { status: 'started', path: '/some/File', attempt: 2 });
    assert.equal(it.outcome, undefined);
    assert.deepEqual(it.problems, []);
  });

  it('names the state of a thread only when there is a choice', () => {
    const { machine: it } = machine();
    it.event('dockerfile/state', { threadId: 1, state: 'initial', available: ['initial'] });
    it.event('dockerfile/state', { threadId: 2, state: 'failed', available: ['initial', 'failed'] });
    assert.equal(it.stateOf(1), '');
    assert.equal(it.stateOf(2), 'failed');
  });
});
