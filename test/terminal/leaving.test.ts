import { openTerminal } from './terminal.js';

describe('the terminal debugger, left by Ctrl-C pressed twice', () => {
  it('at the prompt ends with 130, whether the build has failed or not', async () => {
    const Dockerfile = 'FROM busybox\nRUN true\nRUN exit 3\n';
    for (const args of [['.'], ['--break', '2', '.']]) {
      await using terminal = await openTerminal({ Dockerfile }, args);
      await terminal.ready();
      terminal.tmux.type('echo typed by a user\r');
      await terminal.tmux.seen(/^typed by a user\n\[[^\]]*\]\$$/m);
      terminal.tmux.type('\x03');
      await terminal.tmux.seen(/\^C \(again quits\)/);
      terminal.tmux.type('\x03');
      await terminal.tmux.seen(/^\[exit 130\]$/m);
    }
  });
});
