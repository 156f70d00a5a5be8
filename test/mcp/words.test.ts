import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cli, startAgent } from './agent.js';

const works = 'FROM busybox\nRUN true\n';

describe('the server for coding agents', () => {
  it('tells what it is for, and describes each tool and argument', async () => {
    await using agent = await startAgent({});
    const { client } = agent;
    assert.equal(client.getServerVersion()?.name, 'dockerfile-debug');
    assert.match(client.getServerVersion()?.version ?? '', /^\d+\.\d+\.\d+$/);
    const { tools } = await client.listTools();
    assert.deepEqual(tools.map(({ name }) => name).sort(), [
      ...['breakpoints', 'build_end', 'build_log', 'build_start', 'build_status', 'debugger_command', 'go'],
      ...['read_path', 'run_in_step', 'variables'],
    ]);
    for (const { name, description, inputSchema, annotations } of tools) {
      assert.ok((description ?? '').length > 40, name);
      for (const [argument, schema] of Object.entries(inputSchema.properties ?? {}))
        assert.ok('description' in schema, `${name}.${argument}`);
      assert.equal(typeof annotations?.readOnlyHint, 'boolean', name);
    }
    const named = [...(client.getInstructions() ?? '').matchAll(/\b([a-z]+_[a-z_]+)\b/g)].map(([, word]) => word);
    for (const word of named)
      assert.ok(
        tools.some(({ name }) => name === word),
        word,
      );
  });

  it('says what is wrong with a call', async () => {
    await using agent = await startAgent({ Dockerfile: works });
    const { fails } = agent;
    assert.match(await fails('build_strat'), /no tool "build_strat"\. Did you mean "build_start"\?/);
    assert.match(await fails('build_status'), /No build was started yet\. Call build_start first\./);
    assert.match(
      await fails('build_start', { dockerfil: 'x' }),
      /no argument "dockerfil"\. Did you mean "dockerfile"\?/,
    );
    assert.match(await fails('build_start', { stopOn: ['never'] }), /stopOn\.0: [^]*"failed"/);
    assert.match(await fails('build_start', { args: ['-f', 'x'] }), /with the argument "dockerfile"/);
    assert.match(await fails('build_start', { args: ['--tga', 'x'] }), /^NOT STARTED[^]*--tga\. Did you mean --tag\?/);
    assert.match(await fails('build_start', { cwd: 'nowhere' }), /The folder \S+nowhere is not there/);
    assert.match(await fails('build_start', { dockerfile: 'nothing' }), /^NOT STARTED[^]*There is no Dockerfile at /);
    assert.match(await fails('build_start', { target: 'nothing' }), /^NOT STARTED|nothing/);
    await agent.call('build_start', { stopOnEntry: true });
    assert.match(await fails('go', { action: 'goto' }), /needs the argument "line"/);
    assert.match(await fails('go', { action: 'sideways' }), /action: /);
    assert.match(await fails('debugger_command', { command: ':shell' }), /Here it is: run_in_step/);
    assert.match(await fails('debugger_command', { command: ':dif' }), /Did you mean :diff\?/);
    assert.match(await fails('run_in_step', { command: ':diff' }), /debugger_command/);
    assert.match(await fails('read_path', { path: 'etc' }), /not absolute/);
    assert.match(await fails('read_path', { path: '/none' }), /There is no \/none/);
    assert.match(await fails('read_path', { path: '/', tree: 'nowhere' }), /There is no file system "nowhere"/);
    assert.match(await fails('variables', { path: ['Nothing'] }), /There are: .*Step/);
    assert.match(await fails('variables', { frame: 7 }), /no frame 7/);
  });

  it('shows a syntax error on its line, and builds once it is mended', async () => {
    await using agent = await startAgent({ Dockerfile: 'FROM busybox\nRUNN true\n' });
    const refused = await agent.fails('build_start');
    assert.match(
      refused,
      /^NOT STARTED[^]*ERROR at \S+Dockerfile:2: Unknown instruction "RUNN"\.[^]*> 2 \| RUNN true\nDid you mean RUN\?/,
    );
    agent.workspace.write('Dockerfile', works);
    assert.match(await agent.call('go', { action: 'restart' }), /^BUILT/);
  });

  it('keeps the stop when an edit cannot be built', async () => {
    await using agent = await startAgent({ Dockerfile: 'FROM busybox\nRUN exit 3\n' });
    const { call, workspace } = agent;
    await call('build_start');
    workspace.write('Dockerfile', 'FROM busybox\nRUNN exit 0\n');
    const kept = await call('go', { action: 'retry' });
    assert.match(kept, /^STOPPED on failed step \(no new build could begin[^]*RUNN/);
    assert.equal(await call('run_in_step', { command: 'echo here' }), 'here\nexit code 0');
    workspace.write('Dockerfile', works);
    assert.match(await call('go', { action: 'retry' }), /^BUILT/);
  });

  it('says that no engine can be reached', async () => {
    await using agent = await startAgent({ Dockerfile: works }, { argv: ['--builder', 'unix:///no/such'] });
    assert.match(await agent.fails('build_start'), /^NOT STARTED[^]*No BuildKit at unix:\/\/\/no\/such/);
  });

  it('never tells a secret', async () => {
    const dockerfile = 'FROM busybox\nRUN --mount=type=secret,id=token,required=true exit 1\n';
    await using agent = await startAgent({ Dockerfile: dockerfile }, { env: { TOKEN: 'sesame' } });
    const all = [
      await agent.call('build_start', { secrets: ['id=token,env=TOKEN'] }),
      await agent.call('variables'),
      await agent.call('variables', { path: ['Mounts'] }),
      await agent.call('debugger_command', { command: ':mounts' }),
    ];
    assert.match(all.join('\n'), /id=token/);
    assert.doesNotMatch(all.join('\n'), /sesame/);
  });

  it('takes no other arguments', () => {
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [cli, 'mcp', ...args], { encoding: 'utf8', input: '' });
    const wrong = run('build');
    assert.deepEqual([wrong.status, wrong.stdout], [2, '']);
    assert.match(wrong.stderr, /Unexpected argument 'build'[^]*mcp --help/);
    assert.match(run('--help').stdout, /^Usage: {2}dockerfile-debug mcp/);
    assert.match(spawnSync(process.execPath, [cli, '--help'], { encoding: 'utf8' }).stdout, /dockerfile-debug mcp/);
  });
});
