import assert from 'node:assert/strict';
import { openTerminal } from './terminal.js';

const script = {
  Dockerfile: [
    'FROM busybox',
    'WORKDIR /src',
    'RUN word=hello && echo "$word" > out && grep -q bye out',
    'RUN first=1; \\',
    '    second=2; \\',
    '    echo "$first$second"',
    '',
  ].join('\n'),
};

describe('the terminal debugger within a RUN', () => {
  it('goes through commands that stand on one line, and points at each', async () => {
    await using terminal = await openTerminal(script);
    assert.match(await terminal.ready(), /:step goes through its commands, one by one\.$/m);
    assert.match(await terminal.run(':step'), /^ {3}3 \| >>> RUN word=hello && echo [^\n]*\n {5}\| {9}\^{10}$/m);
    await terminal.run(':next');
    assert.match(await terminal.run('echo "now $word"'), /^now hello$/m);
    assert.match(await terminal.run(':vars shell'), /word = hello/);
    assert.match(await terminal.run(':next'), /\n {5}\|[ ]+\^{15}$/m);
    assert.match(await terminal.run('cat out'), /^hello$/m);
    const ended = await terminal.run(':next');
    assert.match(ended, /^grep -q bye out, the 3\. of 3 commands of this RUN, ended it with exit code 1\.$/m);
    assert.match(await terminal.run(':back'), /\n {5}\|[ ]+\^{15}$/m, 'before it once more');
    assert.match(await terminal.run(':continue'), /\[stage-0:3 failed\]\$$/);
  });

  it('stops at a breakpoint on a line within it', async () => {
    const { Dockerfile } = script;
    const fine = { Dockerfile: Dockerfile.replace('grep -q bye', 'grep -q hello') };
    await using terminal = await openTerminal(fine, ['--break', '5', '.']);
    assert.match(await terminal.ready(), /^ {3}5●\| >>> {5}second=2; \\$/m);
    assert.match(await terminal.run('echo "$first"'), /^1$/m);
    assert.match(await terminal.run(':where'), /^> 0 {2}second=2 {2}line 5\n {2}1 {2}\[stage-0\] RUN first=1/m);
  });
});
