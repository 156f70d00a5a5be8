import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { Terminal } from '@xterm/headless';
import picocolors from 'picocolors';
import { liveView, plainView, quietView, type Screen } from '../../../debug-adapter/cli/progress.js';
import { seconds, type Step, Steps } from '../../../debug-adapter/cli/steps.js';

interface Stage {
  readonly steps: Steps;
  readonly screen: Screen;
  now: number;
  readonly written: () => Promise<string>;
}

/** A terminal in memory: what is painted, not what is written. */
function stage(): Stage {
  const terminal = new Terminal({ cols: 60, rows: 20, allowProposedApi: true, convertEol: true });
  const self: Stage = {
    steps: new Steps(),
    now: 1000,
    screen: {
      out: new Writable({
        write: (chunk: Buffer, _encoding, done) => {
          terminal.write(chunk);
          done();
        },
      }),
      colors: picocolors.createColors(false),
      columns: () => 60,
      now: () => self.now,
    },
    written: () =>
      new Promise((resolve) =>
        terminal.write('', () => {
          const buffer = terminal.buffer.active;
          const rows = Array.from(
            { length: buffer.length },
            (_, at) => buffer.getLine(at)?.translateToString(true) ?? '',
          );
          resolve(rows.join('\n').trimEnd());
        }),
      ),
  };
  return self;
}

function step(steps: Steps, fields: Record<string, unknown>, now = 1000): Step {
  const taken = steps.take({ line: 2, endLine: 2, stage: 'build', platform: 'linux/amd64', ...fields }, now);
  assert.ok(taken !== undefined);
  return taken;
}

describe('progress', () => {
  it('paints running steps at the bottom and lets finished ones scroll away', async () => {
    const { steps, screen, written } = stage();
    const view = liveView(screen, steps, () => 'RUN make');
    view.show();
    view.step(step(steps, { status: 'running' }), 'RUN make');
    steps.print(2, 'one\n\u001b[31mtwo\u001b[0m\n');
    view.note('by the way');
    assert.match(await written(), /^by the way\n=> \[build:2\] RUN make +0\.0s\n {3}one\n {3}two$/);
    view.step(step(steps, { status: 'done', durationMs: 1234 }), 'RUN make');
    view.hide();
    assert.equal(await written(), 'by the way\n[build:2] RUN make DONE 1.2s');
  });

  it('cuts what is wider than the terminal', async () => {
    const { steps, screen, written } = stage();
    const view = liveView(screen, steps, () => `RUN ${'x'.repeat(200)}`);
    view.show();
    view.step(step(steps, { status: 'running' }), '');
    const rows = (await written()).split('\n');
    view.hide();
    assert.equal(rows.length, 1);
    assert.ok((rows[0]?.length ?? 0) < 60);
  });

  it('prints everything as it comes for logs, and only notes when quiet', async () => {
    const plain = stage();
    plainView(plain.screen).printed(2, 'text\n');
    assert.equal(await plain.written(), 'text');
    const quiet = stage();
    const view = quietView(quiet.screen);
    view.printed(2, 'text\n');
    view.note('a note');
    assert.equal(await quiet.written(), 'a note');
  });

  it('shows what is no step while no step runs', async () => {
    const { steps, screen, written } = stage();
    const view = liveView(screen, steps, () => 'RUN make');
    view.working('[internal] load metadata for r.io/a, 5.0s\nCtrl-C goes back');
    view.show();
    view.note('by the way');
    assert.equal(await written(), 'by the way\n=> [internal] load metadata for r.io/a, 5.0s\n   Ctrl-C goes back');
    view.step(step(steps, { status: 'running' }), 'RUN make');
    assert.match(await written(), /^by the way\n=> \[build:2\] RUN make +0\.0s$/);
    view.step(step(steps, { status: 'done' }), 'RUN make');
    view.working('');
    view.note('and on');
    assert.equal(await written(), 'by the way\n[build:2] RUN make DONE\nand on');
    view.hide();
  });

  it('tells a log what is waited for when nothing else is told for long', async () => {
    const log = stage();
    const view = plainView(log.screen);
    view.working('a pull, 1.0s');
    log.now += 9000;
    view.printed(2, 'text\n');
    log.now += 9000;
    view.working('a pull, 18.0s');
    log.now += 1000;
    view.working('a pull, 19.0s');
    log.now += 1000;
    view.working('a pull, 20.0s');
    assert.equal(await log.written(), 'text\n… a pull, 19.0s');
  });

  it('names platforms when there are several', () => {
    const steps = new Steps();
    const first = step(steps, { status: 'running' });
    assert.equal(steps.label(first), '[build:2]');
    const second = step(steps, { status: 'running', platform: 'linux/arm64' });
    assert.equal(steps.label(second), '[linux/arm64 build:2]');
  });

  it('tells a step once, and again when it runs again', () => {
    const steps = new Steps();
    const take = (status: string): boolean =>
      steps.take({ line: 1, stage: 's', platform: 'p', status }, 0) !== undefined;
    assert.deepEqual(['running', 'running', 'done', 'cached', 'running', 'failed'].map(take), [
      true,
      false,
      true,
      false,
      true,
      true,
    ]);
  });

  it('writes times for readers', () => {
    assert.deepEqual([0, 450, 59_900, 60_000, 125_000].map(seconds), ['0.0s', '0.5s', '59.9s', '1m00s', '2m05s']);
  });
});
