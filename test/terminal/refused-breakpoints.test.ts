import assert from 'node:assert/strict';
import { openTerminal } from './terminal.js';

describe('breakpoints that the terminal debugger is refused', () => {
  const Dockerfile = 'FROM busybox AS build\nRUN true\nRUN exit 3\n';

  it('are told with the reason, and forgotten', async () => {
    await using terminal = await openTerminal({ Dockerfile }, ['--break', '77', '.']);
    assert.match(await terminal.ready(), /^--break 77: No instruction on this line/m);
    assert.match(await terminal.run(':break'), /^No breakpoints/);
    assert.match(await terminal.run(':break 99'), /^Not set: line 99: No instruction on this line or below it\.\n/);
    assert.match(await terminal.run(':break bulid'), /^Not set: bulid: .*Did you mean "build"\?/);
    assert.match(await terminal.run(':break 2 hits 0'), /^Not set: line 2 hits 0: The hit count "0" is not understood/);
    assert.match(await terminal.run(':break'), /^No breakpoints/);
    await terminal.run(':break 2');
    assert.match(await terminal.run(':break 2 hits 0'), /^Not set: [^]*The one that was there stays: line 2\n/);
    assert.match(await terminal.run(':break'), /^1 {2}line 2\n/);
  });

  it('are kept where they may be of the text that was saved, and hold with that', async () => {
    await using terminal = await openTerminal({ Dockerfile });
    await terminal.ready();
    terminal.workspace.write('Dockerfile', Dockerfile.replace('exit 3', 'true') + 'RUN echo more\n');
    await terminal.tmux.seen(/^The Dockerfile was saved:/m);
    assert.match(await terminal.run(':break 4'), /^Breakpoint: line 4: No instruction .*\.\s+The Dockerfile was saved/);
    assert.match(await terminal.run(':restart'), /4●\| >>> RUN echo more[^]*\[build:4\]\$$/);
  });
});
