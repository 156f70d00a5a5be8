import assert from 'node:assert/strict';
import { type BuildCommand, parseCommandLine, words } from '../../../debug-adapter/cli/command-line.js';

function build(...args: string[]): BuildCommand {
  const command = parseCommandLine(['build', ...args]);
  assert.ok(command.kind === 'build', JSON.stringify(command));
  return command;
}

describe('the command line', () => {
  it('keeps its own flags and passes on the others as typed', () => {
    const command = build(
      '-t',
      'a:b',
      '--break',
      '7',
      '--break=RUN',
      '--stop-on-entry',
      '--no-cache',
      '--trace',
      'f',
      '.',
    );
    assert.deepEqual(command.args, ['-t', 'a:b', '--no-cache', '.']);
    assert.deepEqual(command.breaks, ['7', 'RUN']);
    assert.equal(command.stopOnEntry, true);
    assert.equal(command.noDebug, false);
    assert.equal(command.trace, 'f');
  });

  it('knows values from contexts', () => {
    const kinds = (...argv: string[]): string[] => words(argv).map(({ flag, value }) => `${flag ?? ''}|${value ?? ''}`);
    assert.deepEqual(kinds('-f', '-', '-'), ['-f|-', '|-']);
    assert.deepEqual(kinds('-f-', 'x'), ['-f|-', '|x']);
    assert.deepEqual(kinds('-f=-', '--load', 'x'), ['-f|-', '--load|', '|x']);
    assert.deepEqual(kinds('-qt', 'name', '.'), ['-t|name', '|.']);
    assert.deepEqual(kinds('-qDtname', '.'), ['-t|name', '|.']);
    assert.deepEqual(kinds('-q', '.'), ['-q|', '|.']);
    assert.deepEqual(kinds('--build-arg', '--x', '.'), ['--build-arg|--x', '|.']);
    assert.deepEqual(kinds('--', '-x'), ['|-x']);
    assert.deepEqual(kinds('--unknown', '.'), ['--unknown|', '|.']);
  });

  it('leaves unknown flags and their contexts to the adapter', () => {
    assert.deepEqual(build('--tga', 'x', '.').args, ['--tga', 'x', '.']);
  });

  it('wants one context', () => {
    assert.equal(parseCommandLine(['build']).kind, 'wrong');
    assert.equal(parseCommandLine(['build', '--tag', '.']).kind, 'wrong');
    assert.equal(parseCommandLine(['build', '.', '.']).kind, 'wrong');
  });

  it('asks for help and version anywhere', () => {
    assert.equal(parseCommandLine([]).kind, 'help');
    assert.equal(parseCommandLine(['build', '.', '--help']).kind, 'help');
    assert.equal(parseCommandLine(['--version']).kind, 'version');
  });

  it('checks the values of its own flags', () => {
    assert.equal(parseCommandLine(['build', '.', '--trace']).kind, 'wrong');
    assert.equal(parseCommandLine(['build', '.', '--progress', 'rainbow']).kind, 'wrong');
    assert.equal(build('.', '--progress=plain').progress, 'plain');
  });
});
