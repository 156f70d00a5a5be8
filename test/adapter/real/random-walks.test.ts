import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseDockerfile } from '../../../debug-adapter/dockerfile/parse.js';
import { Session, type Outcome } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';

/** Each run is two debug sessions on a real engine. */
const runs = Number(process.env['DFD_RANDOM_RUNS'] ?? 6);

/** A stage: what it starts from, and what it does; numbers name an earlier stage as far as there is one. */
interface Stage {
  readonly base: number;
  readonly body: readonly {
    readonly what: 'env' | 'run' | 'several' | 'same' | 'copy' | 'mount' | 'user';
    readonly from: number;
  }[];
}

type Move =
  | { readonly kind: 'next' | 'stepIn' | 'stepOut' | 'stepBack' | 'continue' | 'reverseContinue' | 'there and back' }
  | { readonly kind: 'break' | 'goto'; readonly place: number };

const stage: fc.Arbitrary<Stage> = fc.record({
  base: fc.nat({ max: 5 }),
  body: fc.array(
    fc.record({
      what: fc.constantFrom(
        'env' as const,
        'run' as const,
        'several' as const,
        'same' as const,
        'copy' as const,
        'mount' as const,
        'user' as const,
      ),
      from: fc.nat({ max: 5 }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Move>({ kind: 'there and back' }) },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'next' as const,
        'next' as const,
        'stepIn' as const,
        'stepOut' as const,
        'stepBack' as const,
      ),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('continue' as const, 'reverseContinue' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom('break' as const, 'goto' as const), place: fc.nat({ max: 40 }) }),
  },
);

/** Identical instructions in several stages are wanted: they share one vertex. */
function textOf(stages: readonly Stage[]): string {
  const lines = stages.flatMap(({ base, body }, index) => {
    const earlier = (wanted: number): string | undefined => (wanted < index ? `s${wanted}` : undefined);
    return [
      `FROM ${earlier(base) ?? 'busybox'} AS s${index}`,
      'RUN mkdir -p /d && echo x >> /d/x',
      ...body.map(({ what, from }, at) => {
        const other = earlier(from);
        if (what === 'env') return `ENV E${at}=${from}`;
        if (what === 'user') return `LABEL l${at}=${from}`;
        if (what === 'copy' && other !== undefined) return `COPY --from=${other} /d /d${at}`;
        if (what === 'mount' && other !== undefined) return `RUN --mount=from=${other},target=/m \\\n    cat /m/d/x`;
        if (what === 'several')
          return `RUN v=${from}; \\\n    for i in 1 2; do \\\n      echo $i$v >> /v; \\\n    done && \\\n    cat /v`;
        return what === 'same' ? 'RUN true' : `RUN echo ${index}.${at} > /f`;
      }),
    ];
  });
  return `${lines.join('\n')}\n`;
}

const shown = (outcome: Outcome): string =>
  outcome.kind === 'ended' ? `ended ${outcome.exitCode}` : outcome.frames.map(({ line }) => line).join('<');

/** Makes the moves until they are done or the build is; answers where it stood after each. */
async function walkThrough(Dockerfile: string, moves: readonly Move[]): Promise<readonly string[]> {
  const { instructions } = parseDockerfile(Dockerfile);
  const starts = new Set(instructions.map(({ startLine }) => Number(startLine)));
  const lineCount = Dockerfile.split('\n').length - 1;
  await using session = await Session.open({
    files: { Dockerfile },
    launch: { builder: engineAddress('buildkitd'), stopOnEntry: true },
  });
  let outcome = await session.start();
  const path = [shown(outcome)];
  const breakpoints = new Set<number>();
  const check = (): void => {
    path.push(shown(outcome));
    if (outcome.kind === 'ended') return assert.equal(outcome.exitCode, 0);
    const [top, below] = outcome.frames;
    const isInside = below !== undefined && !/^\[/.test(top?.name ?? '');
    for (const { line } of outcome.frames.slice(isInside ? 1 : 0))
      assert.ok(starts.has(line), `line ${line} begins an instruction`);
    if (!isInside) return;
    const { startLine, endLine, keyword } = instructions.find((each) => Number(each.startLine) === below.line) ?? {};
    assert.equal(keyword, 'RUN');
    assert.ok(top !== undefined && top.line >= Number(startLine) && top.line <= Number(endLine), 'within its RUN');
  };
  for (const each of moves) {
    if (outcome.kind === 'ended') break;
    if (each.kind === 'break') {
      breakpoints.add(1 + (each.place % lineCount));
      await session.setBreakpoints([...breakpoints]);
    } else if (each.kind === 'goto') {
      outcome = (await goto(session, 1 + (each.place % lineCount))) ?? outcome;
      check();
    } else if (each.kind === 'there and back') {
      const before = shown(outcome);
      outcome = await session.go('next');
      check();
      if (outcome.kind === 'ended') break;
      outcome = await session.go('stepBack');
      check();
      assert.equal(shown(outcome), before, 'back is where next came from');
    } else {
      outcome = await session.go(each.kind);
      check();
    }
  }
  return path;
}

async function goto(session: Session, line: number): Promise<Outcome | undefined> {
  const { targets } = await session.client.request('gotoTargets', { source: { path: session.workspace.path() }, line });
  const [target] = targets;
  if (target === undefined) return undefined;
  await session.client.request('goto', { threadId: session.here.threadId, targetId: target.id });
  return session.outcome();
}

describe('random walks', () => {
  it('never hang, stand only at instructions, go back as they came, and are the same every time', async function () {
    this.timeout(600_000);
    const program = fc.array(stage, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(program, fc.array(move, { minLength: 8, maxLength: 16 }), async (stages, moves) => {
        const Dockerfile = textOf(stages);
        assert.deepEqual(await walkThrough(Dockerfile, moves), await walkThrough(Dockerfile, moves));
      }),
      { numRuns: runs, endOnFailure: true, verbose: 1 },
    );
  });
});
