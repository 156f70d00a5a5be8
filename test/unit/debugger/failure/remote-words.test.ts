import assert from 'node:assert/strict';
import type { Engine } from '../../../../debug-adapter/buildkit/api.js';
import { noDetails } from '../../../../debug-adapter/buildkit/errors.js';
import type { BuildSettings } from '../../../../debug-adapter/debugger/api.js';
import { EngineError, UserError } from '../../../../debug-adapter/debugger/errors.js';
import { fetchWords } from '../../../../debug-adapter/debugger/failure/remote-words.js';
import { refusalWords } from '../../../../debug-adapter/debugger/failure/refusal-words.js';
import { parseDockerfile } from '../../../../debug-adapter/dockerfile/parse.js';

const told = (message: string, url = 'git://h.io/a.git', dockerfile = 'Dockerfile'): string => {
  const error = new EngineError('LLBBridge.Solve', 2, message, noDetails);
  const context = url === '' ? { kind: 'folder', path: '/p' } : { kind: 'remote', url };
  const settings = { context, dockerfile, platforms: [], buildArgs: {} } as unknown as BuildSettings;
  const engine = { endpoint: { address: 'unix:///e.sock' } } as unknown as Engine;
  const taken = { listings: [], ignore: undefined } as never;
  const words = refusalWords(error, { engine, settings, dockerfile: parseDockerfile(''), taken });
  return words instanceof UserError ? `${words.code}: ${words.message} ${words.hint}` : words.message;
};

describe('words about a context that the engine fetches', () => {
  const key = (rest: string): string => `failed to read dockerfile: failed to load cache key: ${rest}`;
  const read = (rest: string): string => `failed to read dockerfile: ${rest}`;

  it('name the ref and the folder that a repository has not', () => {
    const ref = key('repository does not contain ref nobranch, output: ""');
    assert.equal(
      told(ref, 'git://h.io/a.git#nobranch:sub'),
      'context-remote: The repository git://h.io/a.git has no branch, tag or commit "nobranch". Check what stands behind "#", which is REF or REF:FOLDER; git ls-remote git://h.io/a.git lists what there is.',
    );
    assert.match(told(ref), /Name another: git:\/\/h\.io\/a\.git#BRANCH\.$/);
    const commit =
      'failed to checkout remote git://h.io/a.git: git stderr:\nfatal: reference is not a tree: 0123\n: exit';
    assert.match(told(read(commit), 'git://h.io/a.git#0123'), /no branch, tag or commit "0123"/);
    for (const said of [
      'invalid subdir no: failed to lstat "no": statat no: no such file or directory',
      'failed to open subdir no: open /var/lib/snapshots/7/fs/no: no such file or directory',
    ])
      assert.match(
        told(read(said), 'git://h.io/a.git#main:no'),
        /git:\/\/h\.io\/a\.git has no folder "no" at main\. Check/,
      );
    assert.match(told(key('subdir not supported yet'), 'git://h.io/a.git#main:sub'), /from a folder \(sub\) of git:/);
  });

  it('name the Dockerfile and the stage that are not there', () => {
    const open = (name: string): string => read(`open ${name}: no such file or directory`);
    assert.match(
      told(open('Other'), 'https://h.io/a.git#v1', 'Other'),
      /context https:\/\/h\.io\/a\.git#v1 has no Other\. Set/,
    );
    for (const said of ['target stage "nix" could not be found', 'target stage nix could not be found'])
      assert.match(told(said), /The Dockerfile of git:\/\/h\.io\/a\.git has no stage "nix"\. A target is/);
  });

  it('say how to give a key or a token', () => {
    const none = told(key('no SSH key "default" forwarded from the client'), 'git@h.io:a/b.git');
    assert.match(
      none,
      /: git@h\.io:a\/b\.git is fetched over ssh, and .* no key\. Give it one: --ssh default .*"ssh": \["default"\]/,
    );
    assert.match(told(key('rpc error: desc = unknown method /moby.sshforward.v1.SSH/CheckAgent')), /--ssh default/);
    assert.match(
      told(key('The SSH key or socket /no cannot be used: ENOENT')),
      /: The SSH key or socket \/no cannot be used: ENOENT\. Set/,
    );
    for (const said of [
      'fatal: remote error: access denied or repository not exported: /a.git',
      "fatal: repository 'https://h.io/a.git/' not found",
      'fatal: could not read Username for https://h.io: terminal prompts disabled',
    ])
      assert.match(
        told(key(`git stderr:\n${said}\n: exit status 128`)),
        /There is no repository .* does not let.*GIT_AUTH_TOKEN/,
      );
    assert.match(
      told(key('git@h.io: Permission denied (publickey).'), 'ssh://git@h.io/a'),
      /: h\.io does not take the ssh key/,
    );
  });

  it('name the host that cannot be reached', () => {
    assert.match(
      told(key("fatal: unable to access 'https://h.io/x/': Could not resolve host: h.io"), 'https://h.io/x.git'),
      /The engine does not know the host h\.io, from which it was to fetch https:\/\/h\.io\/x\.git\. Check its name\./,
    );
    const get = 'failed to read downloaded context: failed to load cache key: Get "http://h.io:1/x.tar": dial tcp:';
    assert.match(told(`${get} lookup h.io: no such host`, 'http://h.io:1/x.tar'), /does not know the host h\.io,/);
    assert.match(
      told(`${get} connect: connection refused`, 'http://h.io:1/x.tar'),
      /: h\.io does not answer the engine/,
    );
    assert.match(told(get.replace(/Get.*/, 'invalid response status 404'), 'http://h.io/x'), /The server answered 404/);
    assert.match(told(key('failed to fetch remote git://h.io/a.git: exit status 128')), /lines of git above say why/);
  });

  it('show no password', () => {
    const words = told(key('repository does not contain ref x,'), 'https://me:secret@h.io/a.git#x');
    assert.match(words, /The repository https:\/\/h\.io\/a\.git has/);
  });

  it('are the same where the context is fetched for a step: the Dockerfile is not in it', () => {
    const said =
      'failed to load cache key: git stderr:\nfatal: unable to connect: Connection refused\n: exit status 128';
    const settings = { context: { kind: 'remote', url: 'git://h.io/a.git' }, dockerfile: '/d/Dockerfile' } as const;
    const vertex = '[internal] load git source git://h.io/a.git';
    const words = fetchWords(said, vertex, settings);
    assert.equal(`${words?.code}: ${words?.what} ${words?.hint}`, told(`failed to read dockerfile: ${said}`));
    assert.equal(fetchWords(said, '[2/2] ADD git://other.io/b.git /b', settings as never), undefined);
    assert.equal(
      fetchWords(said, vertex, { ...settings, context: { kind: 'folder', path: '/p' } } as never),
      undefined,
    );
  });

  it('leave alone what is about something else', () => {
    assert.equal(told('something: connection refused'), 'something: connection refused');
    assert.equal(told(key('no SSH key "default" forwarded'), ''), key('no SSH key "default" forwarded'));
  });
});

describe('words about rights of a build', () => {
  it('name those that there are', () => {
    assert.equal(
      told('unknown entitlement foo', ''),
      'entitlement-unknown: There is no right "foo" that a build could be given ("allow", --allow). There are network.host, security.insecure and device.',
    );
    assert.match(told('unknown entitlement network.hst', ''), /Did you mean network\.host\? There are/);
  });

  it('say how an engine is told to give them', () => {
    assert.match(
      told('granting entitlement security.insecure is not allowed by build daemon configuration', ''),
      /^entitlement-refused: The engine at unix:\/\/\/e\.sock is not set up .*--allow-insecure-entitlement security\.insecure.*"security-insecure": true/,
    );
  });
});
