import assert from 'node:assert/strict';
import type { CustomRequests, FileChange, FileEntry } from '../../../debug-adapter/contract.js';
import { parseDockerfile } from '../../../debug-adapter/dockerfile/parse.js';
import { Standing } from '../../../extension/debug/standing.js';
import {
  parseBlame,
  parseChanges,
  parseData,
  parseEntry,
  parseFiles,
  parseFound,
  parseSaved,
  parseTrees,
} from '../../../extension/files/answers.js';
import { type Changed, changesTree, countText, isSmall } from '../../../extension/files/changes-tree.js';
import { byLikeness, copiedFrom } from '../../../extension/files/host-files.js';
import { linkedPath, locationOf, uriPath } from '../../../extension/files/location.js';
import { contextOf, entryNodes, idOf } from '../../../extension/files/nodes.js';
import { Place, type Send } from '../../../extension/files/place.js';
import { changeDescription, entryDescription, entryTooltip, modeText } from '../../../extension/views/file-wording.js';

const stop = {
  frameId: 7,
  title: 'RUN make (line 7)',
  trees: [
    { tree: 'failed', title: 'as the failed command left it', writable: false },
    { tree: 'container', title: 'the container of commands', writable: true },
  ],
  changes: { from: 'initial', to: 'failed', title: 'RUN make (line 7)' },
};

const file = (name: string, more: Partial<FileEntry> = {}): FileEntry => ({
  name,
  type: 'file',
  size: 5,
  mode: 0o644,
  ...more,
});

type Request = {
  readonly [N in keyof CustomRequests]: { name: N; args: CustomRequests[N]['arguments'] };
}[keyof CustomRequests];

/** A place whose adapter answers as it is told, and what it was asked. */
function scripted(answer: (request: Request) => unknown): { place: Place; asked: Request[] } {
  const asked: Request[] = [];
  const send: Send = async (name, args) => {
    const request = { name, args } as Request;
    asked.push(request);
    return await Promise.resolve(answer(request));
  };
  return { place: new Place('stop-1', stop, send), asked };
}

describe('answers about files', () => {
  it('are taken when they are what the contract says', () => {
    assert.deepEqual(parseTrees(stop), stop);
    const entry = file('a', { uid: 1, gid: 2, modified: 3, linkTarget: 'b' });
    assert.deepEqual(parseEntry(entry), entry);
    assert.deepEqual(parseFiles({ files: [entry], total: 9 }), { files: [entry], total: 9 });
    assert.deepEqual(parseData({ data: 'aGk=' }), Buffer.from('hi'));
    assert.deepEqual(parseFound({ paths: ['/a'], more: true }), { paths: ['/a'], more: true });
    const change = { path: '/a', kind: 'changed', type: 'file', size: 2, what: '1 to 2 bytes' };
    const changes = { from: 'initial', to: 'failed', title: 't', changes: [change] };
    assert.deepEqual(parseChanges(changes), changes);
    assert.deepEqual(parseBlame({ text: 'RUN', line: 3 }), { text: 'RUN', line: 3, endLine: 3 });
    const saved = { path: '/w/a', files: 1, bytes: 2, skipped: ['/dev/null'] };
    assert.deepEqual(parseSaved(saved), saved);
  });

  it('are refused when they are not', () => {
    assert.equal(parseTrees({ trees: [] }), undefined);
    assert.equal(parseTrees({ frameId: 1, trees: [{ title: 'x' }] }), undefined);
    assert.equal(parseEntry({ name: 'a', type: 'socket' }), undefined);
    assert.equal(parseFiles({ files: [{ name: 'a' }] }), undefined);
    assert.equal(parseData({ data: 7 }), undefined);
    assert.equal(parseFound({ paths: [7] }), undefined);
    assert.equal(
      parseChanges({ from: 'a', to: 'b', changes: [{ path: '/a', kind: 'moved', type: 'file' }] }),
      undefined,
    );
    assert.equal(parseBlame({ line: 3 }), undefined);
    assert.equal(parseSaved(null), undefined);
  });
});

describe('URIs of files', () => {
  it('hold tree and path', () => {
    for (const at of [
      { tree: 'failed', path: '/' },
      { tree: 'failed', path: '/etc/passwd' },
      { tree: 'cache:/a b', path: '/with space/%41#?' },
    ]) {
      assert.deepEqual(locationOf(uriPath(at)), at);
    }
    assert.equal(locationOf('/'), undefined);
    assert.deepEqual(locationOf('/failed/a/'), { tree: 'failed', path: '/a' });
  });

  it('follow links', () => {
    assert.equal(linkedPath('/usr/bin/sh', 'dash'), '/usr/bin/dash');
    assert.equal(linkedPath('/bin', 'usr/bin'), '/usr/bin');
    assert.equal(linkedPath('/a/b', '/c'), '/c');
    assert.equal(linkedPath('/a/b', '../../../c'), '/c');
  });
});

describe('a place', () => {
  it('reads a file piece by piece', async () => {
    const content = Buffer.alloc((8 << 20) + 3, 'abc');
    const { place, asked } = scripted((request) => {
      assert.equal(request.name, 'dockerfile/readFile');
      const { offset, length } = request.args;
      return { data: content.subarray(offset, offset + length).toString('base64') };
    });
    assert.ok(content.equals(await place.read({ tree: 'failed', path: '/a' })));
    assert.deepEqual(
      asked.map(({ args }) => (args as { offset: number }).offset),
      [0, 4 << 20, 8 << 20],
    );
    assert.deepEqual(asked[0]?.args, { frameId: 7, tree: 'failed', path: '/a', offset: 0, length: 4 << 20 });
  });

  it('writes a file piece by piece, an empty one too', async () => {
    const { place, asked } = scripted(() => ({}));
    const sizes = (): unknown[] =>
      asked.map(({ args }) => {
        const { edit } = args as CustomRequests['dockerfile/edit']['arguments'];
        return edit.kind === 'write' ? [edit.offset, Buffer.from(edit.data, 'base64').length] : edit;
      });
    await place.write({ tree: 'container', path: '/a' }, new Uint8Array(0));
    await place.write({ tree: 'container', path: '/a' }, new Uint8Array((4 << 20) + 1));
    assert.deepEqual(sizes(), [
      [0, 0],
      [0, 4 << 20],
      [4 << 20, 1],
    ]);
  });

  it('lists a large folder page by page', async () => {
    const all = Array.from({ length: 12_000 }, (_, index) => file(`f${index}`));
    const { place, asked } = scripted(({ args }) => {
      const { start = 0, count = 0 } = args as CustomRequests['dockerfile/files']['arguments'];
      return { files: all.slice(start, start + count), total: all.length };
    });
    assert.equal((await place.allFiles({ tree: 'failed', path: '/' })).length, 12_000);
    assert.equal(asked.length, 3);
  });

  it('follows links as far as they lead, and not in circles', async () => {
    const links: Readonly<Record<string, FileEntry>> = {
      '/a': file('a', { type: 'link', linkTarget: 'b' }),
      '/b': file('b', { type: 'link', linkTarget: '/c/d' }),
      '/c/d': file('d', { size: 9 }),
      '/loop': file('loop', { type: 'link', linkTarget: 'loop' }),
      '/dead': file('dead', { type: 'link', linkTarget: 'nothing' }),
    };
    const { place, asked } = scripted(({ args }) => {
      const found = links[(args as { path: string }).path];
      if (found === undefined) throw new Error('There is no such file.');
      return found;
    });
    const follow = async (path: string): Promise<FileEntry> =>
      await place.follow({ tree: 'failed', path }, links[path]!);
    assert.equal((await follow('/a')).size, 9);
    assert.equal((await follow('/dead')).type, 'link');
    asked.length = 0;
    assert.equal((await follow('/loop')).type, 'link');
    assert.ok(asked.length <= 20);
  });

  it('asks once for what changed, and knows it of both trees', async () => {
    const changes: FileChange[] = [
      { path: '/a', kind: 'added', type: 'file', size: 1 },
      { path: '/d', kind: 'deleted', type: 'file', size: 1 },
    ];
    const { place, asked } = scripted(() => ({ from: 'initial', to: 'failed', title: 't', changes }));
    assert.equal(place.changeOf({ tree: 'failed', path: '/a' }), undefined);
    await Promise.all([place.changes(), place.changes()]);
    assert.equal(asked.length, 1);
    assert.equal(place.changeOf({ tree: 'failed', path: '/a' })?.kind, 'added');
    assert.equal(place.changeOf({ tree: 'initial', path: '/a' }), undefined);
    assert.equal(place.changeOf({ tree: 'initial', path: '/d' })?.kind, 'deleted');
    assert.equal(place.changeOf({ tree: 'failed', path: '/d' }), undefined);
    place.compare({ from: 'base', to: 'failed' });
    assert.equal(place.changeOf({ tree: 'failed', path: '/a' }), undefined);
    await place.changes();
    assert.deepEqual(asked[1]?.args, { frameId: 7, from: 'base', to: 'failed' });
  });

  it('asks again after a failure', async () => {
    let fails = true;
    const { place } = scripted(() => {
      if (fails) throw new Error('engine is busy');
      return { from: 'initial', to: 'failed', title: 't', changes: [] };
    });
    await assert.rejects(place.changes(), /engine is busy/);
    fails = false;
    assert.deepEqual((await place.changes()).changes, []);
  });

  it('refuses in plain words when it is over, also what was under way', async () => {
    let fail: (error: Error) => void = () => undefined;
    const { place, asked } = scripted(
      () =>
        new Promise((_, reject) => {
          fail = reject;
        }),
    );
    const late = place.stat({ tree: 'failed', path: '/a' });
    place.end();
    fail(new Error('unknown frame 7'));
    await assert.rejects(late, /The build has gone on/);
    await assert.rejects(place.stat({ tree: 'failed', path: '/a' }), /The build has gone on/);
    assert.equal(asked.length, 1);
  });

  it('names what an adapter of another version answers', async () => {
    const { place } = scripted(() => ({ type: 'hologram' }));
    await assert.rejects(place.stat({ tree: 'failed', path: '/a' }), /dockerfile\/stat is of an unknown shape/);
  });

  it('knows trees that are not listed', () => {
    const { place } = scripted(() => undefined);
    assert.deepEqual(place.tree('4'), { tree: '4', title: 'after line 4', writable: false });
    assert.equal(place.tree('container').writable, true);
  });
});

describe('rows of files', () => {
  it('are a page, and one for the rest', async () => {
    const { place } = scripted(() => file('d', { type: 'folder' }));
    const entries = [file('a'), file('l', { type: 'link', linkTarget: 'd' })];
    const nodes = await entryNodes(place, { tree: 'container', path: '/x' }, entries, 12);
    assert.deepEqual(nodes.map(idOf), ['entry container /x/a', 'entry container /x/l', 'more container /x']);
    assert.deepEqual(nodes.map(contextOf), ['file readable writable shell', 'folder readable writable shell', 'more']);
    assert.equal(nodes[2]?.kind === 'more' && nodes[2].rest, 10);
  });
});

describe('changed files', () => {
  const added = (path: string, more: Partial<FileChange> = {}): FileChange => ({
    path,
    kind: 'added',
    type: 'file',
    size: 1,
    ...more,
  });
  const drawn = (tree: readonly Changed[]): unknown =>
    tree.map(({ name, files, children }) => (children.length === 0 ? name : [name, files, drawn(children)]));

  it('are a tree, folders first, lonely folders joined', () => {
    const tree = changesTree([
      added('/z'),
      added('/usr/share/doc/a10'),
      added('/usr/share/doc/a9'),
      added('/etc/x/y'),
      added('/etc/b'),
    ]);
    assert.deepEqual(drawn(tree), [['etc', 2, [['x', 1, ['y']], 'b']], ['usr/share/doc', 2, ['a9', 'a10']], 'z']);
    assert.equal(tree[1]?.path, '/usr/share/doc');
  });

  it('keep a folder that is itself a change', () => {
    const tree = changesTree([added('/a', { type: 'folder' }), added('/a/b', { type: 'folder' }), added('/a/b/c')]);
    assert.deepEqual(drawn(tree), [['a', 1, [['b', 1, ['c']]]]]);
    assert.equal(tree[0]?.change?.kind, 'added');
  });

  it('are shown open as long as they are few', () => {
    const many = Array.from({ length: 30 }, (_, index) => added(`/src/many/f${index}`));
    const [src] = changesTree([...many, added('/src/one')]);
    const [folder] = src?.children ?? [];
    assert.deepEqual(
      [src, folder].map((each) => each !== undefined && isSmall(each)),
      [true, false],
    );
  });

  it('are counted', () => {
    assert.equal(countText([added('/a'), added('/b'), added('/c', { kind: 'deleted' })]), '2 added, 1 deleted');
    assert.equal(countText([]), '');
  });

  it('are 5,000 in no time', () => {
    const many = Array.from({ length: 5000 }, (_, index) => added(`/usr/d${index % 70}/e${index % 7}/f${index}`));
    assert.equal(changesTree(many)[0]?.files, 5000);
  });

  it('are described', () => {
    assert.equal(changeDescription(added('/a', { size: 2048 })), '2.0 kB');
    assert.equal(changeDescription(added('/a', { kind: 'deleted' })), 'deleted, was 1 B');
    assert.equal(changeDescription(added('/a', { kind: 'changed', what: 'mode 644 to 755' })), 'mode 644 to 755');
  });
});

describe('facts of a file', () => {
  it('are written as ls does', () => {
    assert.equal(modeText('file', 0o644), '-rw-r--r--');
    assert.equal(modeText('folder', 0o1777), 'drwxrwxrwt');
    assert.equal(modeText('file', 0o4755), '-rwsr-xr-x');
    assert.equal(modeText('file', 0o2644), '-rw-r-Sr--');
    assert.equal(modeText('link', 0o777), 'lrwxrwxrwx');
  });

  it('are shown where they are not the usual ones', () => {
    assert.equal(entryDescription(file('a', { uid: 0, gid: 0 })), '5 B');
    assert.equal(entryDescription(file('a', { mode: 0o600, uid: 10, gid: 20 })), '5 B  -rw-------  10:20');
    assert.equal(entryDescription(file('a', { type: 'link', mode: 0o777, linkTarget: 'b' })), '→ b');
    assert.equal(entryDescription(file('a', { type: 'folder', mode: 0o755 })), '');
  });

  it('are all in the tooltip', () => {
    assert.equal(
      entryTooltip('/etc/a', file('a', { size: 12345, mode: 0o4755, uid: 0, gid: 5, modified: 0 })),
      '/etc/a\n-rwsr-xr-x (4755)\nowner 0:5\n12,345 bytes\n1970-01-01T00:00:00Z',
    );
  });
});

describe('what a file was copied from', () => {
  const sources = (text: string, path: string): readonly string[] => copiedFrom(parseDockerfile(text), path);

  it('is read off COPY and ADD, the last one first', () => {
    const text = 'FROM a\nWORKDIR /src\nCOPY x.txt y.txt ./\nCOPY app /opt/app\nADD run.sh /usr/bin/run\nCOPY . .\n';
    assert.equal(sources(text, '/opt/app/lib/a.js')[0], 'app/lib/a.js');
    assert.equal(sources(text, '/usr/bin/run')[0], 'run.sh');
    assert.ok(sources(text, '/src/x.txt').includes('x.txt'));
    assert.deepEqual(sources(text, '/etc/passwd'), []);
  });

  it('is not in other stages, heredocs, or behind variables', () => {
    assert.deepEqual(sources('FROM a\nCOPY --from=b /x /x\nCOPY $A /y\nCOPY z $B\nCOPY <<EOF /w\nhi\nEOF\n', '/x'), []);
    assert.deepEqual(sources('FROM a\nCOPY $A /y\n', '/y'), []);
  });

  it('of a pattern is beside it', () => {
    assert.deepEqual(sources('FROM a\nCOPY lib/*.js /app/\n', '/app/a.js'), ['lib/a.js']);
  });

  it('is else a file of a like path', () => {
    assert.deepEqual(byLikeness(['/w/b/conf', '/w/etc/conf', '/w/x/y/conf'], '/etc/conf'), [
      '/w/etc/conf',
      '/w/b/conf',
      '/w/x/y/conf',
    ]);
  });
});

describe('where threads stand', () => {
  const stopped = (threadId: number): object => ({ type: 'event', event: 'stopped', body: { threadId } });

  it('is a new stop each time', () => {
    const standing = new Standing();
    standing.received(stopped(1));
    const first = standing.stopOf(1);
    assert.ok(first !== undefined);
    standing.received(stopped(1));
    assert.notEqual(standing.stopOf(1), first);
    assert.equal(standing.stopOf(2), undefined);
  });

  it('ends when a step was answered, but not the stop that came before the answer', () => {
    const standing = new Standing();
    standing.received(stopped(1));
    standing.received(stopped(2));
    standing.sent({ type: 'request', seq: 5, command: 'next', arguments: { threadId: 1 } });
    assert.ok(standing.stopOf(1) !== undefined);
    standing.received({ type: 'response', request_seq: 5, success: true, command: 'next' });
    assert.equal(standing.stopOf(1), undefined);
    assert.ok(standing.stopOf(2) !== undefined);
    standing.sent({ type: 'request', seq: 6, command: 'next', arguments: { threadId: 2 } });
    standing.received(stopped(2));
    standing.received({ type: 'response', request_seq: 6, success: true, command: 'next' });
    assert.ok(standing.stopOf(2) !== undefined);
  });

  it('goes on when a step is refused', () => {
    const standing = new Standing();
    standing.received(stopped(1));
    standing.sent({ type: 'request', seq: 5, command: 'continue', arguments: { threadId: 1 } });
    standing.received({ type: 'response', request_seq: 5, success: false, command: 'continue' });
    assert.ok(standing.stopOf(1) !== undefined);
  });

  it('ends with the thread, the build, or the session', () => {
    for (const message of [
      { type: 'event', event: 'continued', body: { threadId: 1 } },
      { type: 'event', event: 'continued', body: { threadId: 9, allThreadsContinued: true } },
      { type: 'event', event: 'thread', body: { reason: 'exited', threadId: 1 } },
      { type: 'event', event: 'dockerfile/build', body: { status: 'started' } },
      { type: 'event', event: 'terminated' },
    ]) {
      const standing = new Standing();
      standing.received(stopped(1));
      standing.received(message);
      assert.equal(standing.stopOf(1), undefined, JSON.stringify(message));
    }
  });
});

describe('where threads stand', () => {
  const stands = (messages: readonly object[]): boolean => {
    const standing = new Standing();
    standing.received({ type: 'event', event: 'stopped', body: { threadId: 1 } });
    for (const message of messages) {
      if ('arguments' in message) standing.sent(message);
      else standing.received(message);
    }
    return standing.stopOf(1) !== undefined;
  };
  const asked = (command: string): readonly object[] => [
    { seq: 1, command, arguments: { threadId: 1 } },
    { type: 'response', request_seq: 1, success: true },
  ];

  it('is left by what moves them', () => {
    assert.equal(stands(asked('threads')), true);
    assert.equal(stands(asked('next')), false);
    assert.equal(stands([{ type: 'event', event: 'continued', body: { allThreadsContinued: true } }]), false);
  });

  it('is kept by a restart until the build begins: it may be refused', () => {
    const begun = { type: 'event', event: 'dockerfile/build', body: { status: 'started' } };
    assert.equal(stands(asked('restart')), true);
    assert.equal(stands([...asked('restart'), begun]), false);
  });
});
