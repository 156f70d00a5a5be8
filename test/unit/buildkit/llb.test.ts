import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { digestOf } from '../../../debug-adapter/buildkit/digest.js';
import { Definition, Op } from '../../../debug-adapter/buildkit/gen/ops.js';
import { readLlb, stripSources, truncate } from '../../../debug-adapter/buildkit/llb.js';
import { dockerImage, localSource, scratchFiles } from '../../../debug-adapter/buildkit/llb-make.js';

const encode = (op: Parameters<typeof Op.fromPartial>[0]) => Op.encode(Op.fromPartial(op)).finish();
const line = (number: number) => ({ start: { line: number }, end: { line: number } });

/** FROM busybox, RUN make on lines 2 to 4 in one stage and line 7 in another, with an unreachable op beside. */
function sample() {
  const from = encode({ op: { $case: 'source', value: { identifier: 'docker-image://docker.io/library/busybox' } } });
  const run = encode({
    inputs: [{ digest: digestOf(from) }],
    op: { $case: 'exec', value: { meta: { args: ['make'] }, mounts: [{ dest: '/' }] } },
  });
  const other = encode({ op: { $case: 'source', value: { identifier: 'local://context' } } });
  const end = encode({ inputs: [{ digest: digestOf(run), index: 0n }] });
  const definition = Definition.fromPartial({
    def: [from, other, run, end],
    metadata: {
      [digestOf(run)]: {
        description: { 'llb.customname': '[2/2] RUN make', 'com.docker.dockerfile.v1.command': 'RUN make' },
        caps: { 'exec.meta.base': true },
      },
    },
    Source: {
      infos: [{ filename: 'Dockerfile', data: Buffer.from('FROM busybox'), language: 'Dockerfile' }],
      locations: {
        [digestOf(run)]: {
          locations: [{ ranges: [line(2), line(3), line(4)] }, { ranges: [line(7)] }, { sourceIndex: 0, ranges: [] }],
        },
      },
    },
  });
  return { definition, from, run };
}

describe('reading a definition', () => {
  it('finds vertices by digest, with inputs, names and all lines', () => {
    const { definition, from, run } = sample();
    const llb = readLlb(definition);
    assert.equal(llb.vertices.size, 3);
    assert.deepEqual(llb.result, { digest: digestOf(run), index: 0 });
    const vertex = llb.vertices.get(digestOf(run));
    assert.deepEqual(vertex?.inputs, [{ digest: digestOf(from), index: 0 }]);
    assert.equal(vertex.name, '[2/2] RUN make');
    assert.equal(vertex.command, 'RUN make');
    assert.deepEqual(vertex.locations, [
      { sourceIndex: 0, filename: 'Dockerfile', startLine: 2, endLine: 4 },
      { sourceIndex: 0, filename: 'Dockerfile', startLine: 7, endLine: 7 },
    ]);
  });

  it('reads a process when it is asked for, as the whole op has it', () => {
    const meta = { args: ['make'], env: ['A=1', 'B=2'], cwd: '/src', user: 'nobody' };
    const run = encode({
      inputs: [{ digest: 'sha256:1', index: 2n }],
      op: { $case: 'exec', value: { meta, mounts: [{ dest: '/' }, { dest: '/cache', mountType: 3 }], network: 1 } },
      platform: { Architecture: 'amd64', OS: 'linux' },
    });
    const bare = encode({ op: { $case: 'exec', value: { security: 1 } } });
    const end = encode({ inputs: [{ digest: digestOf(run), index: 0n }] });
    const { vertices } = readLlb(Definition.fromPartial({ def: [run, bare, end] }));
    for (const bytes of [run, bare]) assert.deepEqual(vertices.get(digestOf(bytes))?.op, Op.decode(bytes));
  });

  it('takes scratch as nothing', () => {
    const llb = readLlb(Definition.fromPartial({}));
    assert.deepEqual([llb.vertices.size, llb.result], [0, undefined]);
  });

  it('names ops by the hash of their bytes', () => {
    const { run } = sample();
    assert.equal(digestOf(run), `sha256:${createHash('sha256').update(run).digest('hex')}`);
  });
});

describe('truncating a definition', () => {
  it('changes the result and nothing else', () => {
    const { definition, from } = sample();
    const short = truncate(definition, digestOf(from), 0);
    assert.deepEqual(readLlb(short).result, { digest: digestOf(from), index: 0 });
    assert.deepEqual(short.def.slice(0, -1), definition.def.slice(0, -1));
    assert.deepEqual(short.metadata, definition.metadata);
  });

  it('leaves out an index of zero, as the engine does', () => {
    const { definition, run } = sample();
    assert.deepEqual(truncate(definition, digestOf(run), 0).def.at(-1), definition.def.at(-1));
    assert.equal(readLlb(truncate(definition, digestOf(run), 2)).result?.index, 2);
  });
});

describe('stripping sources', () => {
  it('drops the text but neither lines nor ops', () => {
    const { definition } = sample();
    const bare = stripSources(definition);
    assert.deepEqual(
      bare.Source?.infos.map(({ data, filename }) => [data.length, filename]),
      [[0, 'Dockerfile']],
    );
    assert.deepEqual(bare.Source.locations, definition.Source?.locations);
    assert.equal(bare.def, definition.def);
    assert.equal(definition.Source?.infos[0]?.data.length, 12, 'the original is untouched');
  });
});

describe('own definitions', () => {
  it('of files chain their actions', () => {
    const definition = scratchFiles([
      { path: '/bin/tools/hook', content: Buffer.from('x'), mode: 0o755 },
      { path: '/readme', content: Buffer.from('y'), mode: 0o644 },
    ]);
    const [vertex] = [...readLlb(definition).vertices.values()];
    assert.equal(vertex?.op.op?.$case, 'file');
    const actions = vertex.op.op.value.actions.map(({ input, output, action }) => [
      Number(input),
      Number(output),
      action?.$case,
      action?.$case === 'mkfile' || action?.$case === 'mkdir' ? action.value.path : '',
    ]);
    assert.deepEqual(actions, [
      [-1, -1, 'mkdir', '/bin'],
      [0, -1, 'mkdir', '/bin/tools'],
      [1, -1, 'mkfile', '/bin/tools/hook'],
      [2, 0, 'mkfile', '/readme'],
    ]);
  });

  it('of images and folders name their source', () => {
    const identifier = (definition: Definition) => {
      const op = [...readLlb(definition).vertices.values()][0]?.op.op;
      return op?.$case === 'source' ? [op.value.identifier, op.value.attrs] : [];
    };
    assert.deepEqual(identifier(dockerImage('docker.io/library/busybox:latest')), [
      'docker-image://docker.io/library/busybox:latest',
      {},
    ]);
    assert.deepEqual(identifier(localSource('context', 's1', { includePatterns: ['a'], sharedKeyHint: 'k' })), [
      'local://context',
      { 'local.session': 's1', 'local.includepattern': '["a"]', 'local.sharedkeyhint': 'k' },
    ]);
  });

  it('are the same for the same content', () => {
    const make = () => scratchFiles([{ path: '/a', content: Buffer.from('x'), mode: 0o644 }]);
    assert.deepEqual(readLlb(make()).result, readLlb(make()).result);
  });
});
