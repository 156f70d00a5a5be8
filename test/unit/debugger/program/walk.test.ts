import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Dockerfile } from '../../../../debug-adapter/dockerfile/model.js';
import { parseDockerfile } from '../../../../debug-adapter/dockerfile/parse.js';
import type { Going } from '../../../../debug-adapter/debugger/api.js';
import {
  destination,
  stepBackFrom,
  stepInTargets,
  walk,
  type Point,
} from '../../../../debug-adapter/debugger/program/walk.js';
import { evaluateText } from '../../dockerfile/support.js';

function pointsOf(text: string): readonly Point[] {
  const dockerfile: Dockerfile = parseDockerfile(text);
  const { evaluation } = evaluateText(text, { dockerfile });
  return walk({ stages: dockerfile.stages, target: dockerfile.stages.length - 1, callees: evaluation.callees });
}

const shown = (points: readonly Point[]): string[] =>
  points.map(
    ({ instruction, phase, depth }) => `${' '.repeat(depth)}${instruction.startLine}${phase === 'call' ? '?' : ''}`,
  );

const two = `FROM busybox AS build
RUN make

FROM scratch
COPY a /
COPY --from=build /x /
CMD x
`;

describe('walk', () => {
  it('goes into a called stage between the call point and the run point of the instruction', () => {
    assert.deepEqual(shown(pointsOf(two)), ['4', '5', '6?', ' 1', ' 2', '6', '7']);
  });

  it('visits a stage once, at its first caller', () => {
    const text = 'FROM scratch AS a\nCOPY x /\nFROM a AS b\nCOPY --from=a /x /y\nFROM b\nCOPY --from=a /x /z\n';
    assert.deepEqual(shown(pointsOf(text)), ['5?', ' 3?', '  1', '  2', ' 3', ' 4', '5', '6']);
  });

  it('leaves out stages that the target does not need', () => {
    assert.deepEqual(shown(pointsOf('FROM busybox AS unused\nRUN x\nFROM scratch\nCOPY a /\n')), ['3', '4']);
  });

  const step = (from: number, how: Going): number => {
    const points = pointsOf(two);
    return destination(points, points[from], how);
  };

  it('steps over a call, into it and out of it', () => {
    assert.equal(step(2, 'next'), 6, 'next at the COPY --from runs the stage and the COPY');
    assert.equal(step(2, 'stepIn'), 3, 'in goes to the FROM of the stage');
    assert.equal(step(3, 'stepOut'), 5, 'out comes back to the COPY, its stage done');
    assert.equal(step(4, 'next'), 5, 'next at the last instruction returns too');
    assert.equal(step(6, 'next'), 7, 'the end');
  });

  it('goes back as it came: over calls, to the call', () => {
    const points = pointsOf(two);
    const back = (from: number): number | undefined => points[from] && stepBackFrom(points, points[from])?.index;
    assert.equal(back(6), 2, 'from behind a call to the call, not into the stage');
    assert.equal(back(3), 2, 'from the begin of a stage to its caller');
    assert.equal(back(5), 1, 'the return of a call is its instruction too');
    assert.equal(back(0), undefined);
    const [call] = points.filter(({ phase }) => phase === 'call');
    assert.deepEqual(call && stepInTargets(points, call), [0]);
  });

  it('keeps callees before callers whatever the graph', () => {
    const graph = fc.array(fc.array(fc.nat({ max: 6 }), { maxLength: 3 }), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(graph, (edges) => {
        const lines = edges.flatMap((callees, stage) => [
          `FROM scratch AS s${stage}`,
          ...callees.filter((callee) => callee < stage).map((callee) => `COPY --from=s${callee} /a /b`),
        ]);
        const points = pointsOf(`${lines.join('\n')}\n`);
        const runs = points.filter(({ phase }) => phase === 'run').map(({ instruction }) => instruction.index);
        assert.equal(new Set(runs).size, runs.length, 'each instruction runs once');
        for (const point of points) {
          if (point.caller !== undefined) assert.ok(point.caller.index < point.index);
          assert.ok(destination(points, point, 'stepIn') > point.index);
          assert.ok(destination(points, point, 'next') > point.index);
          assert.ok(destination(points, point, 'stepOut') >= destination(points, point, 'stepIn'));
        }
      }),
    );
  });
});
