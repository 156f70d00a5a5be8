import assert from 'node:assert/strict';
import { Status } from '../../../debug-adapter/buildkit/gen/status.js';
import { parseDetails } from '../../../debug-adapter/buildkit/rpc/details.js';

const prefix = 'github.com/moby/buildkit/';
const detail = (type: string, value: unknown) => ({
  typeUrl: `${prefix}${type}+json`,
  value: Buffer.from(JSON.stringify(value)),
});
const status = (...details: ReturnType<typeof detail>[]) =>
  Status.encode(Status.fromPartial({ code: 2, message: 'failed', details })).finish();

const range = (line: number) => ({ start: { line }, end: { line } });

describe('details of an engine error', () => {
  it('gives vertex, lines, exit code and state of a failed RUN', () => {
    const bytes = status(
      detail('stack.Stack', { frames: [{ Name: 'x', File: 'y', Line: 1 }] }),
      detail('errdefs.Vertex', { digest: 'sha256:a' }),
      detail('errdefs.Source', {
        info: { filename: 'Dockerfile', data: 'RlJPTQ==' },
        ranges: [range(4), range(5), range(6)],
      }),
      detail('gatewayapi.ExitMessage', { Code: 7 }),
      detail('errdefs.Solve', {
        inputIDs: ['in', ''],
        mountIDs: ['out', ''],
        op: { exec: { meta: { args: ['false'] }, mounts: [{ input: '-1' }] } },
      }),
    );
    assert.deepEqual(parseDetails(bytes, 'failed'), {
      vertex: 'sha256:a',
      sources: [{ filename: 'Dockerfile', startLine: 4, endLine: 6 }],
      exitCode: 7,
      failure: { inputIds: ['in', ''], mountIds: ['out', ''], subject: { kind: 'exec' } },
    });
  });

  it('reads the capital keys of engines before 0.11', () => {
    const bytes = status(
      detail('errdefs.Source', {
        info: { filename: 'Dockerfile' },
        ranges: [{ start: { Line: 2, Character: 0 }, end: { Line: 3, Character: 0 } }],
      }),
    );
    assert.deepEqual(parseDetails(bytes, '').sources, [{ filename: 'Dockerfile', startLine: 2, endLine: 3 }]);
  });

  it('tells what a failed file operation left, with its first action left out as zero', () => {
    const bytes = status(
      detail('errdefs.Solve', {
        inputIDs: ['base', 'context'],
        mountIDs: ['half'],
        op: { file: { actions: [{}] } },
        file: {},
      }),
    );
    assert.deepEqual(parseDetails(bytes, '').failure, {
      inputIds: ['base', 'context'],
      mountIds: ['half'],
      subject: { kind: 'file', index: 0 },
    });
  });

  it('tells the source of a missing file', () => {
    const bytes = status(detail('errdefs.Solve', { inputIDs: ['context'], op: { file: {} }, cache: { index: '1' } }));
    assert.deepEqual(parseDetails(bytes, '').failure, {
      inputIds: ['context'],
      mountIds: [],
      subject: { kind: 'cache', index: 1 },
    });
  });

  it('gives no state for errors of a frontend, which carry an empty one', () => {
    assert.deepEqual(parseDetails(status(detail('errdefs.Solve', {})), ''), { sources: [] });
    assert.equal(parseDetails(status(detail('errdefs.Solve', { op: { source: {} } })), '').failure, undefined);
  });

  for (const [engine, message, code] of [
    ['0.8', 'executor failed running [/bin/sh -c exit 3]: exit code: 3', 3],
    ['0.11', 'process "/bin/sh -c exit 42" did not complete successfully: exit code: 42', 42],
    ['any, other error', 'failed to solve: exit code: 1 is what you see', undefined],
  ] as const) {
    it(`finds the exit code in the text of ${engine}`, () => {
      assert.equal(parseDetails(undefined, message).exitCode, code);
    });
  }

  it('takes an exit code of zero that is left out', () => {
    assert.equal(parseDetails(status(detail('gatewayapi.ExitMessage', {})), '').exitCode, 0);
  });

  it('has nothing to say of bytes and JSON that it does not know', () => {
    const broken = Status.fromPartial({
      details: [{ typeUrl: `${prefix}errdefs.Vertex+json`, value: Buffer.from('{') }],
    });
    for (const bytes of [Uint8Array.of(1, 2, 3), Status.encode(broken).finish()]) {
      assert.deepEqual(parseDetails(bytes, ''), { sources: [] });
    }
  });
});

describe('long details of an error', () => {
  const text = Buffer.alloc(60_000, 'RUN x\n').toString('base64');
  const lines = Array.from({ length: 9000 }, (_, at) => range(at + 1));

  it('are read as far as they tell something', () => {
    const source = detail('errdefs.Source', { info: { filename: 'D', data: text }, ranges: lines });
    const long = status(
      { ...detail('stack.Stack', {}), value: Buffer.from('not even JSON') },
      detail('errdefs.Vertex', { digest: 'sha256:a' }),
      ...Array.from({ length: 100 }, () => source),
    );
    const { sources, vertex } = parseDetails(long, '');
    assert.equal(vertex, 'sha256:a');
    assert.equal(sources.length, 32);
    assert.deepEqual(sources[0], { filename: 'D', startLine: 1, endLine: 9000 });
  });

  it('that are no status are none', () => {
    assert.deepEqual(parseDetails(Buffer.from('not a status at all'), ''), { sources: [] });
  });
});
