import assert from 'node:assert/strict';
import { type BuildCommand, parseCommandLine, words } from '../../../debug-adapter/cli/command-line.js';
import { askForId, withoutImage } from '../../../debug-adapter/cli/image-id.js';
import { flags, shortFlags } from '../../../debug-adapter/dap/launch/flags.js';

function build(...args: string[]): BuildCommand {
  const command = parseCommandLine(['build', ...args]);
  assert.ok(command.kind === 'build', JSON.stringify(command));
  return command;
}

function wrong(...args: string[]): string {
  const command = parseCommandLine(['build', ...args]);
  assert.ok(command.kind === 'wrong', JSON.stringify(command));
  return command.text;
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
    assert.equal(command.noPins, false);
    assert.equal(build('--no-pin-images', '.').noPins, true);
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

  it('shows nothing under --quiet, in any of its forms', () => {
    for (const flags of [['-q'], ['--quiet'], ['--quiet=true'], ['-qt', 'a'], ['-Dq'], ['-q', '--progress=auto']])
      assert.equal(build(...flags, '.').progress, 'quiet', flags.join(' '));
    for (const flags of [['--quiet=false'], ['-t', 'q'], ['-tq'], ['-f', '-q']])
      assert.equal(build(...flags, '.').progress, 'auto', flags.join(' '));
    assert.match(wrong('-q', '--progress', 'plain', '.'), /^--quiet shows no progress, and --progress plain does/);
  });

  it('asks for the id of the image in a file, that of the user if there is one', async () => {
    await using id = await askForId(['-t', 'a', '.'], '/');
    assert.deepEqual([id.args[0], ...id.args.slice(2)], ['--iidfile', '-t', 'a', '.']);
    await using own = await askForId(['--iidfile=x', '.'], '/');
    assert.deepEqual(own.args, ['--iidfile=x', '.']);
    assert.match(withoutImage(['-t', 'a', '.']), /--load, --push or --output/);
    assert.equal(withoutImage(['-o', 'out', '.']), '');
  });

  it('names the flag that was probably meant, of ours and of docker', () => {
    assert.equal(wrong('--resuce', '/x', '.'), 'There is no option --resuce. Did you mean --rescue?');
    assert.equal(wrong('--brake', '7', '.'), 'There is no option --brake. Did you mean --break?');
    const set = parseCommandLine(['bake', '--set', 'app.args.A=1', 'app']);
    assert.match(set.kind === 'wrong' ? set.text : '', /^There is no option --set\./);
    assert.equal(wrong('--tga=x', '.'), 'There is no option --tga. Did you mean --tag?');
    assert.equal(wrong('--stoponentry', '.'), 'There is no option --stoponentry. Did you mean --stop-on-entry?');
    assert.equal(wrong('--zzzzzzzz', '.'), 'There is no option --zzzzzzzz.');
    assert.equal(wrong('-x', '.'), 'There is no option -x.');
  });

  it('knows every flag that the adapter takes', () => {
    for (const [name, { kind }] of flags)
      assert.equal(build(...(kind === 'switch' ? [name, '.'] : [name, 'plain', '.'])).args.at(-1), '.', name);
    for (const letter of shortFlags.keys()) build(`-${letter}`, ...(/[Dq]/.test(letter) ? [] : ['x']), '.');
  });

  it('keeps a context that looks like a flag apart', () => {
    assert.deepEqual(build('-q', '--', '-x').args, ['-q', '--', '-x']);
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
    assert.equal(wrong('.', '--trace'), '--trace needs a value: --trace FILE.');
    assert.match(wrong('.', '--rescue'), /^--rescue needs a value: --rescue PATH with a path in the image, e\.g\. /);
    assert.match(wrong('--rescue='), /^--rescue needs a value/);
    assert.match(wrong('--rescue', '.'), /^"\." is the value of --rescue here, and no build context follows it\. Name/);
    assert.match(wrong('--stop-on-entry=false', '.'), /takes no value/);
    assert.match(wrong('--no-pin-images=false', '.'), /takes no value/);
    assert.equal(parseCommandLine(['build', '.', '--progress', 'rainbow']).kind, 'wrong');
    assert.equal(build('.', '--progress=plain').progress, 'plain');
  });
});
