import assert from 'node:assert/strict';
import { StatusResponse } from '../../../../debug-adapter/buildkit/gen/control.js';
import { labelsOf } from '../../../../debug-adapter/debugger/program/labels.js';
import { oneLine } from '../../../../debug-adapter/debugger/common/one-line.js';
import type { Program } from '../../../../debug-adapter/debugger/program/program.js';
import { createRelay } from '../../../../debug-adapter/debugger/progress/relay.js';
import { createTimeline } from '../../../../debug-adapter/debugger/progress/timeline.js';
import type { DebuggerEvents } from '../../../../debug-adapter/debugger/api.js';
import { parseDockerfile } from '../../../../debug-adapter/dockerfile/parse.js';

/** Vertices by name; which lines each carries out. */
type Vertices = Readonly<Record<string, { readonly lines: readonly number[]; readonly named: string }>>;

function program(text: string, vertices: Vertices, platform = 'linux/amd64'): Program {
  const dockerfile = parseDockerfile(text);
  const all = Object.entries(vertices).map(([digest, { named }]) => {
    const $case = / (?:RUN|COPY|ADD) /.test(named) ? 'exec' : 'source';
    const inputs = digest === 'add' ? [{ digest: 'late' }] : [];
    const identifier = /^https?:\/\/\S+$/.exec(named)?.[0] ?? '';
    return [digest, { digest, name: named, inputs, op: { op: { $case, value: { identifier } } } }] as const;
  });
  const steps = dockerfile.instructions.map((instruction) => {
    const own = all.filter(([digest]) => vertices[digest]!.lines.includes(Number(instruction.startLine)));
    return { instruction, stage: instruction.stage ?? 0, vertices: own.map(([, vertex]) => vertex) };
  });
  const owners = new Map<string, (typeof steps)[number]>();
  for (const step of steps) {
    for (const { digest } of step.vertices) if (!owners.has(digest)) owners.set(digest, step);
  }
  return {
    ...{ dockerfile, platform, owners, linked: new Map(), llb: { vertices: new Map(all) } },
    steps: new Map(steps.map((step) => [step.instruction.index, step])),
  } as unknown as Program;
}

const text = 'FROM alpine AS docs\nRUN make $X\nFROM alpine\nCOPY --from=docs /a /\nADD https://h/x /x\nRUN make $X\n';
const vertices: Vertices = {
  from: { lines: [1, 3], named: '[stage-1 1/4] FROM docker.io/library/alpine:latest@sha256:12' },
  make: { lines: [2, 6], named: '[stage-1 4/4] RUN make all' },
  copy: { lines: [4], named: '[stage-1 2/4] COPY --from=docs /a /' },
  web: { lines: [5], named: 'https://h/x' },
  add: { lines: [5], named: '[stage-1 3/4] ADD https://h/x /x' },
  context: { lines: [4], named: '[internal] load build context' },
};

describe('what steps are called', () => {
  it('is their stage and line in this Dockerfile, and the label agrees with the line', () => {
    const labels = labelsOf([program(text, vertices)]);
    assert.deepEqual(
      [...labels].map(
        ([digest, { line, name, whole }]) => `${digest} ${line} ${name}${whole === digest ? '' : `, ${whole}`}`,
      ),
      [
        'from 1 [docs:1] FROM docker.io/library/alpine:latest@sha256:12',
        'make 2 [docs:2] RUN make $X',
        'copy 4 [stage-1:4] COPY --from=docs /a /',
        'context 4 [internal] load build context',
        'web 5 [stage-1:5] ADD https://h/x /x, add',
        'add 5 [stage-1:5] ADD https://h/x /x',
      ],
    );
  });

  it('has the platform before the stage when there are several', () => {
    const labels = labelsOf([
      program(text, { a: vertices['copy']! }),
      program(text, { a: vertices['copy']!, b: vertices['add']! }, 'linux/arm64'),
    ]);
    assert.equal(labels.get('a')?.name, '[linux/amd64 stage-1:4] COPY --from=docs /a /');
    assert.equal(labels.get('b')?.name, '[linux/arm64 stage-1:5] ADD https://h/x /x');
  });

  it('says of what a base brings that it is ONBUILD, which old engines do not', () => {
    for (const named of ['[stage-1 2/4] ONBUILD RUN make', '[stage-1 2/3] RUN make'])
      assert.equal(
        labelsOf([program(text, { a: { lines: [3], named } })]).get('a')?.name,
        '[stage-1:3] ONBUILD RUN make',
      );
  });

  it('is that of the step for what it fetches and links, also where the engine gives no line', () => {
    const parts: Vertices = {
      late: { lines: [], named: 'https://h/x' },
      add: { lines: [5], named: '[stage-1 3/4] ADD --link https://h/x /x' },
      link: { lines: [5], named: '[stage-1 3/4] LINK ADD --link https://h/x /x' },
    };
    const told = [...labelsOf([program(text, parts)])].map(([digest, { name, whole }]) => `${digest} ${name} ${whole}`);
    assert.deepEqual(
      told,
      ['add', 'link', 'late'].map((digest) => `${digest} [stage-1:5] ADD --link https://h/x /x link`),
    );
  });

  it('puts an instruction on one line without its comments and here-documents', () => {
    assert.equal(oneLine('RUN a && \\\n  # why\n\n    b \\ \n  c'), 'RUN a && b c');
    assert.equal(oneLine('COPY <<E /x\nwords\nE'), 'COPY <<E /x');
  });
});

describe('what the engine says before the names are known', () => {
  const at = { seconds: 1n, nanos: 0 };
  const begin = () => {
    const said: string[] = [];
    const emit = (name: keyof DebuggerEvents, body: { readonly text: string }): void => {
      if (name === 'output') said.push(body.text.replace(/\u001b\[\d+m/g, '').trimEnd());
    };
    const relay = createRelay({ emit } as unknown as Parameters<typeof createRelay>[0]);
    const timeline = createTimeline(relay.listener);
    const run = { digest: 'copy', name: '[other 2/9] COPY a b', inputs: ['x'], started: at, completed: at };
    timeline.advance(StatusResponse.fromPartial({ vertexes: [run] }));
    return { relay, timeline, said };
  };
  const board = { advance: () => undefined } as unknown as Parameters<ReturnType<typeof createRelay>['attach']>[1];

  it('waits for them: another build may have named the step', () => {
    const { relay, said } = begin();
    assert.deepEqual(said, []);
    relay.attach(labelsOf([program(text, vertices)]), board);
    assert.deepEqual(said, ['[stage-1:4] COPY --from=docs /a / 0.00s']);
  });

  it('is told as it is when there is no build; internal steps do not wait', () => {
    const { relay, timeline, said } = begin();
    const slow = { digest: 'own', name: 'resolve', inputs: ['x'], started: at, completed: at, error: 'refused' };
    timeline.advance(StatusResponse.fromPartial({ vertexes: [slow] }));
    assert.deepEqual(said, ['resolve failed']);
    relay.tell();
    timeline.advance(StatusResponse.fromPartial({ logs: [{ vertex: 'copy', stream: 1n, msg: Buffer.from('x\n') }] }));
    assert.deepEqual(said.slice(1), ['[other 2/9] COPY a b', 'x']);
  });
});
