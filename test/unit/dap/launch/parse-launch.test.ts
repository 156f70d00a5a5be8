import assert from 'node:assert/strict';
import { parseLaunch } from '../../../../debug-adapter/dap/launch/parse-launch.js';
import { UserError } from '../../../../debug-adapter/debugger/errors.js';

function launch(args: unknown): object {
  const { cwd, ...rest } = parseLaunch(args, { cwd: '/w' }).launch;
  assert.equal(cwd, '/w');
  return rest;
}

function flags(...args: string[]): object {
  return launch({ args });
}

function refuse(args: unknown, code: string, words: RegExp): void {
  assert.throws(
    () => parseLaunch(args, { cwd: '/w' }),
    (error) => {
      assert.ok(error instanceof UserError, String(error));
      assert.equal(error.code, code);
      assert.match(`${error.message} ${error.hint}`, words);
      return true;
    },
  );
}

describe('launch arguments', () => {
  it('are taken as they are, with paths made absolute', () => {
    assert.deepEqual(launch({ dockerfile: 'a/Dockerfile', context: '.', target: 'x', stopOnEntry: true }), {
      dockerfile: '/w/a/Dockerfile',
      context: '/w',
      target: 'x',
      stopOnEntry: true,
    });
    assert.equal(parseLaunch({ cwd: 'sub' }, { cwd: '/w' }).launch.cwd, '/w/sub');
  });

  it('may hold what editors add for themselves', () => {
    assert.deepEqual(
      launch({ type: 'buildkit', request: 'launch', name: 'x', __sessionId: '1', preLaunchTask: 'y' }),
      {},
    );
  });

  it('may be null, which is the same as left out', () => {
    assert.deepEqual(launch({ noDebug: null, target: null, platforms: null, buildArgs: null, shmSize: null }), {});
  });

  it('are refused when nobody knows them', () => {
    refuse({ dockerFile: 'x' }, 'launch-argument-unknown', /no launch argument "dockerFile".*mean "dockerfile"/);
    refuse({ buildArg: {} }, 'launch-argument-unknown', /mean "buildArgs"/);
    refuse({ xyzzy: 1 }, 'launch-argument-unknown', /Known are: cwd, dockerfile/);
  });

  it('are refused when they are of another kind, without a word about values', () => {
    refuse(
      { platforms: 'linux/amd64' },
      'launch-argument-type',
      /"platforms" is a text; it has to be a list of texts.*\["linux/,
    );
    refuse(
      { buildArgs: { TOKEN: 'secret', N: 3 } },
      'launch-argument-type',
      /^"buildArgs" is an object where "N" is the number 3; (?!.*secret)/,
    );
    refuse({ pull: 'yes' }, 'launch-argument-type', /true or false/);
    refuse({ tags: ['a', null] }, 'launch-argument-type', /a list with null in it/);
    refuse({ network: 'bridge' }, 'launch-argument-type', /"default", "host" or "none"/);
    refuse({ target: '' }, 'launch-argument-empty', /"target" is empty/);
    refuse([], 'launch-argument-type', /are a list; they have to be an object.*For example/);
    refuse('Dockerfile', 'launch-argument-type', /are a text; they have to be an object/);
    refuse({ shmSize: -1 }, 'launch-argument-type', /number of bytes/);
  });

  it('come from the flags of the command line', () => {
    assert.deepEqual(
      flags(
        '-f',
        'D',
        '-t',
        'a',
        '--tag=b',
        '-tc',
        '-t=d',
        '--build-arg',
        'A=1=2',
        '--build-arg=B',
        '--label',
        'L',
        '--pull',
        '-qt',
        'e',
        '.',
      ),
      {
        dockerfile: '/w/D',
        tags: ['a', 'b', 'c', 'd', 'e'],
        buildArgs: { A: '1=2', B: null },
        labels: { L: '' },
        pull: true,
        context: '/w',
      },
    );
    assert.deepEqual(flags('--no-cache-filter', 'a,b', '--no-cache-filter=c'), { noCache: ['a', 'b', 'c'] });
    assert.deepEqual(flags('--no-cache-filter', 'a', '--no-cache'), { noCache: true });
    assert.deepEqual(flags('--platform', 'linux/amd64,linux/386', '--push', '--load=false'), {
      platforms: ['linux/amd64', 'linux/386'],
      push: true,
      load: false,
    });
    assert.deepEqual(
      flags(
        '--secret',
        'id=a',
        '--ssh',
        'default',
        '--add-host',
        'h:1',
        '--allow',
        'network.host',
        '--ulimit',
        'nofile=1',
        '-o',
        'out',
      ),
      {
        secrets: ['id=a'],
        ssh: ['default'],
        addHosts: ['h:1'],
        allow: ['network.host'],
        ulimits: ['nofile=1'],
        outputs: ['out'],
      },
    );
    assert.deepEqual(
      flags(
        '--build-context',
        'a=../b',
        '--provenance=mode=max',
        '--sbom',
        'true',
        '--metadata-file',
        'm',
        '--iidfile',
        'i',
      ),
      {
        buildContexts: { a: '../b' },
        provenance: 'mode=max',
        sbom: 'true',
        metadataFile: '/w/m',
        iidFile: '/w/i',
      },
    );
    assert.deepEqual(flags('--progress', 'plain', '-D', '--call=build', '--', '.'), { context: '/w' });
    assert.deepEqual(parseLaunch({ args: ['--memory', '1g'] }, { cwd: '/w' }).notes.length, 1);
  });

  it('refuse flags that are wrong', () => {
    refuse({ args: ['--buildarg', 'A=1'] }, 'flag-unknown', /no flag --buildarg.*mean --build-arg/);
    refuse({ args: ['-x'] }, 'flag-unknown', /no flag -x/);
    refuse({ args: ['--target'] }, 'flag-value-missing', /--target needs a value/);
    refuse({ args: ['--pull=maybe'] }, 'flag-value', /true or false/);
    refuse({ args: ['.', 'b'] }, 'flag-extra-argument', /two build contexts/);
    refuse({ args: ['--check'] }, 'flag-unsupported', /--check cannot be debugged/);
    refuse({ args: ['--call', 'outline'] }, 'flag-unsupported', /--call=outline/);
    refuse({ args: ['--network', 'bridge'] }, 'flag-value', /no network "bridge"/);
    refuse({ args: ['-'] }, 'stdin-unsupported', /standard input/);
    refuse({ args: ['-f', '-', '.'] }, 'stdin-unsupported', /Dockerfile cannot come/);
  });

  it('win over flags when they are named; objects are merged', () => {
    assert.deepEqual(
      launch({
        args: ['--target', 'a', '-t', 'x', '--build-arg', 'A=1', '--build-arg', 'B=1'],
        target: 'b',
        tags: ['y'],
        buildArgs: { B: '2' },
      }),
      { target: 'b', tags: ['y'], buildArgs: { A: '1', B: '2' } },
    );
  });

  it('leave URLs, and Dockerfiles inside of them, as they are', () => {
    for (const context of [
      'https://github.com/a/b.git#main:sub',
      'git@github.com:a/b.git',
      'github.com/a/b',
      'ssh://git@h/b',
    ]) {
      assert.deepEqual(launch({ context, dockerfile: 'docker/D' }), { context, dockerfile: 'docker/D' });
    }
    assert.deepEqual(launch({ context: 'github' }), { context: '/w/github' });
  });
});
