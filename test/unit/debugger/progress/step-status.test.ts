import assert from 'node:assert/strict';
import { StatusResponse } from '../../../../debug-adapter/buildkit/gen/control.js';
import type { Program } from '../../../../debug-adapter/debugger/program/program.js';
import { createStepBoard } from '../../../../debug-adapter/debugger/progress/step-status.js';
import { createTimeline, type Timeline } from '../../../../debug-adapter/debugger/progress/timeline.js';
import { parseDockerfile } from '../../../../debug-adapter/dockerfile/parse.js';

const at = (seconds: number): { seconds: bigint; nanos: number } => ({ seconds: BigInt(seconds), nanos: 0 });

/** A build of one stage whose steps have these vertices, line by line from the second; what is told of them. */
function begin(...vertices: readonly (readonly string[])[]): {
  readonly advance: (...vertexes: object[]) => void;
  readonly told: string[];
  readonly texts: string[];
  readonly now: (line: number) => string;
} {
  const dockerfile = parseDockerfile(`FROM scratch\n${vertices.map((_, index) => `ENV A=${index}\n`).join('')}`);
  const { instructions } = dockerfile;
  const steps = vertices.map((digests, index) => {
    const instruction = instructions[index + 1]!;
    return [instruction.index, { instruction, stage: 0, vertices: digests.map((digest) => ({ digest })) }] as const;
  });
  const program = { dockerfile, platform: 'linux/amd64', steps: new Map(steps) } as unknown as Program;
  const told: string[] = [];
  const texts: string[] = [];
  const timeline: Timeline = createTimeline({
    onVertex: (record) => board.advance(record),
    onLog: () => undefined,
    onWarning: () => undefined,
  });
  const board = createStepBoard([program], timeline, ({ line, status, text }) => {
    texts.push(text);
    told.push(`${line} ${status}`);
  });
  return {
    advance: (...vertexes) => timeline.advance(StatusResponse.fromPartial({ vertexes })),
    told,
    texts,
    now: (line) => board.of(program, instructions[line - 1]!).status,
  };
}

describe('what a step is doing', () => {
  it('is told when it changes', () => {
    const { advance, told, texts, now } = begin(['a'], ['b']);
    advance({ digest: 'a', inputs: ['x'], started: at(1) });
    advance({ digest: 'a', inputs: ['x'], started: at(1), completed: at(2) });
    advance({ digest: 'b', inputs: ['a'], started: at(2), completed: at(3), cached: true });
    assert.deepEqual(told, ['2 running', '2 done', '3 cached']);
    assert.deepEqual(texts, ['ENV A=0', 'ENV A=0', 'ENV A=1']);
    assert.deepEqual([now(2), now(3)], ['done', 'cached']);
  });

  it('does not wait again between two of its vertices', () => {
    const { advance, told, now } = begin(['a', 'b']);
    advance({ digest: 'a', inputs: ['x'], started: at(1) });
    advance({ digest: 'a', inputs: ['x'], started: at(1), completed: at(2) });
    assert.equal(now(2), 'waiting');
    advance({ digest: 'b', inputs: ['a'], started: at(2), completed: at(3) });
    assert.deepEqual(told, ['2 running', '2 done']);
  });

  it('waits again when it was cancelled, and goes on from there', () => {
    const { advance, told } = begin(['a'], ['b']);
    advance({ digest: 'a', inputs: ['x'], started: at(1) });
    advance({ digest: 'a', inputs: ['x'], started: at(1), completed: at(2), error: 'context canceled' });
    advance({ digest: 'b', inputs: ['y'], started: at(1), completed: at(2), error: 'context canceled' });
    assert.deepEqual(told, ['2 running', '2 waiting'], 'what never began waits all the time');
    advance({ digest: 'a', inputs: ['x'], started: at(3) });
    advance({ digest: 'a', inputs: ['x'], started: at(3), completed: at(4) });
    assert.deepEqual(told.slice(2), ['2 running', '2 done']);
  });

  it('does not wait again because it failed', () => {
    const { advance, told } = begin(['a']);
    advance({ digest: 'a', inputs: ['x'], started: at(1) });
    advance({ digest: 'a', inputs: ['x'], started: at(1), completed: at(2), error: 'exit code: 1' });
    assert.deepEqual(told, ['2 running'], 'whoever knows the step that failed says so');
  });

  it('is not called cached because the engine supposes so when a COPY fails', () => {
    const { advance, told, now } = begin(['a'], ['b'], ['c']);
    advance({ digest: 'a', inputs: ['x'], started: at(1) });
    advance(
      { digest: 'a', inputs: ['x'], started: at(2), completed: at(2), cached: true },
      { digest: 'b', inputs: ['a'], started: at(2), completed: at(2), cached: true },
      { digest: 'c', inputs: ['b'], started: at(2), completed: at(3), error: '"/missing": not found' },
    );
    advance({ digest: 'a', inputs: ['x'], started: at(1), completed: at(4), error: 'context canceled' });
    assert.deepEqual(told, ['2 running', '2 waiting']);
    assert.deepEqual([now(2), now(3)], ['waiting', 'waiting']);
  });
});
