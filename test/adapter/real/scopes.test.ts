import assert from 'node:assert/strict';
import { Session } from '../../support/dap/index.js';
import { engineAddress } from '../../support/environment/engines.js';

const Dockerfile = `ARG VERSION=1.0
ARG UNUSED=x
ARG BASE=busybox
FROM $BASE
ARG VERSION
ARG LEVEL=low
ENV COLOUR=red
# @stop env
ENV COLOUR=blue SIZE=$LEVEL
# @stop arg
ARG LATE=$COLOUR
# @stop run
RUN true
`;

describe('variables at a stop', () => {
  const builder = engineAddress('buildkitd');
  const rows = async (session: Session, scope: string): Promise<Readonly<Record<string, string>>> => {
    const found = (await session.scopes(1)).find(({ name }) => name === scope);
    return Object.fromEntries(
      (found?.children ?? []).map(({ name, value, type }) => [name, `${value} | ${type ?? ''}`]),
    );
  };

  it('tell where each value comes from, what the step sets, what a build argument overrides, what is out of scope', async () => {
    const launch = { builder, buildArgs: { LEVEL: 'high' } };
    await using session = await Session.open({ files: { Dockerfile }, launch, breakpoints: ['env', 'arg', 'run'] });
    await session.start();
    assert.deepEqual(await rows(session, 'Build arguments'), {
      VERSION: '1.0 | default of line 1',
      LEVEL: 'high | given as build argument, in place of "low" of line 6',
      UNUSED: '(not in scope) | declared before FROM, not in scope here: "ARG UNUSED" in this stage would take it',
      BASE: '(not in scope) | declared before FROM, not in scope here: "ARG BASE" in this stage would take it',
    });
    const before = await rows(session, 'Environment');
    assert.deepEqual(Object.keys(before).slice(0, 2), ['SIZE', 'COLOUR'], 'what the step changes comes first');
    assert.equal(before['SIZE'], '(not set yet) | this step makes it "high"');
    assert.equal(before['COLOUR'], 'red | set on line 7; this step makes it "blue"');
    await session.go('continue');
    assert.equal((await rows(session, 'Environment'))['COLOUR'], 'blue | set on line 9');
    assert.equal((await rows(session, 'Environment'))['LATE'], '(not set yet) | this step makes it "blue"');
    await session.go('continue');
    assert.equal((await rows(session, 'Build arguments'))['LATE'], 'blue | default of line 11');
    assert.equal(await session.evaluate('echo $LATE $SIZE $UNUSED.'), 'blue high .');
    assert.match(await session.evaluate(':args'), /^UNUSED=\(not in scope\) {3}# declared before FROM/m);
  });

  it('are those of the base before a FROM, as commands there have them, and arguments those of the FROM', async () => {
    const text = 'ARG VERSION=1.2\nFROM busybox AS base\nENV A=1\nWORKDIR /app\nFROM base AS final\nRUN echo end\n';
    await using session = await Session.open({
      files: { Dockerfile: text },
      launch: { builder },
      functionBreakpoints: ['final'],
    });
    await session.start();
    assert.equal(session.here.line, 5);
    const environment = await rows(session, 'Environment');
    assert.equal(environment['A'], '1 | set on line 3');
    assert.equal(environment['VERSION'], undefined);
    assert.equal((await rows(session, 'Build arguments'))['VERSION'], '1.2 | default of line 1');
    assert.equal((await rows(session, 'Step'))['workdir'], '/app | set on line 4');
    assert.equal(await session.evaluate('echo [$VERSION] $A; pwd'), '[] 1\n/app');
  });
});
