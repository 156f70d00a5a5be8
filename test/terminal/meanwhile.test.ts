import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { openTerminal, runPiped } from './terminal.js';
import { Workspace } from '../support/dap/index.js';

describe('the terminal debugger at a stop of one platform', () => {
  const platforms = ['--platform', 'linux/amd64,linux/arm64'];
  /** One platform is there at once, and the other one takes its time. */
  const Dockerfile = () =>
    `FROM busybox AS build\nARG TARGETARCH\nRUN [ $TARGETARCH = amd64 ] || sleep 1 # ${randomUUID()}\nRUN echo two\n`;

  it('lists how steps of the other one end, with their platform', async () => {
    await using terminal = await openTerminal({ Dockerfile: Dockerfile() }, [...platforms, '--break', '4', '.']);
    const { tmux } = terminal;
    const screen = await tmux.seen(/^linux\/arm64 stopped too, at line 4/m);
    assert.match(screen, /^\[linux\/amd64 build:3\] RUN .* DONE /m);
    assert.match(screen, /^\[linux\/arm64 build:3\] RUN .* DONE [^]*stopped too/m);
    assert.match(await terminal.run(':continue'), /\[linux\/arm64 build:4\]\$$/);
    await tmux.seen(/^\[linux\/amd64 build:4\] RUN echo two DONE/m);
  });

  it('does so in a log too', async () => {
    using workspace = new Workspace({ Dockerfile: Dockerfile() });
    const { stderr } = await runPiped(workspace.root, ['build', '--progress', 'plain', ...platforms, '.']);
    for (const platform of ['linux/amd64', 'linux/arm64']) {
      assert.match(stderr, new RegExp(`^\\[${platform} build:3\\] RUN .* [0-9.]+s$`, 'm'));
      assert.match(stderr, new RegExp(`^\\[${platform} build:4\\] RUN .* [0-9.]+s$`, 'm'));
    }
  });
});
