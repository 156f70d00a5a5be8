import { deepEqual, equal } from 'node:assert/strict';
import { parseImageConfig, runArgs, runEnvironment } from '../../../debug-adapter/dockerfile/evaluate.js';
import fc from 'fast-check';
import { parseDockerfile } from '../../../debug-adapter/dockerfile/parse.js';
import { buildArgs, dockerfiles } from '../../support/dockerfile-arbitrary.js';
import { evaluateText, values } from './support.js';

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

describe('evaluate', () => {
  it('gives ARGs their scope', () => {
    const { before, after } = evaluateText('ARG V=1\nARG W=${V}2\nFROM a:$V\nARG V\nARG W=3\nARG X\nRUN x', {
      buildArgs: { W: '9' },
    });
    deepEqual(values(before(-1).args), { V: '1', W: '9', X: undefined });
    deepEqual(before(-1).args.get('V')?.origin, { kind: 'default', line: 1 });
    deepEqual(before(-1).args.get('W')?.origin, { kind: 'build-arg', overrides: { line: 5, value: '3' } });
    equal(after(2).args.size, 0);
  });

  it('lets the later of ARG and ENV win, and ENV alone in the next stage', () => {
    const { before } = evaluateText('FROM scratch AS a\nARG X=arg\nENV X=env\nRUN x\nARG X=late\nRUN y\nFROM a\nRUN z');
    equal(before(3).environment.get('X')?.value, 'env');
    equal(before(5).environment.get('X')?.value, 'late');
    equal(before(5).env.get('X')?.value, 'env');
    deepEqual(before(7).environment.get('X'), { value: 'env', origin: { kind: 'line', line: 3 } });
  });

  it('expands all pairs of an ENV with what held before, those of an ARG one after the other', () => {
    const { after } = evaluateText('FROM scratch\nENV A=1\nENV A=2 B=$A\nARG C=3 D=$C');
    equal(after(2).env.get('B')?.value, '1');
    equal(after(3).args.get('D')?.value, '3');
  });

  it('knows the platform', () => {
    const { evaluation, after } = evaluateText(
      'FROM --platform=$BUILDPLATFORM a-$TARGETARCH$TARGETVARIANT AS x\nARG TARGETPLATFORM\nARG TARGETSTAGE',
      {
        targetPlatform: 'linux/arm/v7',
      },
    );
    equal(evaluation.base(0), 'a-armv7');
    deepEqual(after(-1).args.get('TARGETPLATFORM'), { value: 'linux/arm/v7', origin: { kind: 'platform' } });
    equal(after(-1).args.get('TARGETSTAGE')?.value, 'x');
  });

  it('resolves WORKDIR, USER, SHELL and their lines', () => {
    const { after } = evaluateText(
      'FROM scratch\nWORKDIR /a//b\nWORKDIR ../c\nUSER "x y"\nSHELL ["/bin/bash", "-c"]\nCMD x',
    );
    equal(after(1).workdir, '/a//b');
    equal(after(-1).workdir, '/a/c');
    equal(after(-1).user, 'x y');
    deepEqual(after(-1).cmd, ['/bin/bash', '-c', 'x']);
    deepEqual(
      [...after(-1).origins],
      [
        ['workdir', 3],
        ['user', 4],
        ['shell', 5],
        ['cmd', 6],
      ],
    );
  });

  it('resets CMD with ENTRYPOINT unless the stage has its own', () => {
    const base = 'FROM scratch AS a\nCMD ["x"]\n';
    equal(evaluateText(`${base}FROM a\nENTRYPOINT ["y"]`).after(-1).cmd, undefined);
    deepEqual(evaluateText(`${base}FROM a\nCMD ["z"]\nENTRYPOINT ["y"]`).after(-1).cmd, ['z']);
    deepEqual(evaluateText(`${base}ENTRYPOINT []`).after(-1).cmd, ['x']);
  });

  it('starts from the image', () => {
    const config = parseImageConfig({
      os: 'linux',
      config: {
        Env: ['A=1', 'PATH=/bin'],
        User: 'u',
        WorkingDir: '/w',
        Cmd: ['c'],
        Labels: { l: 'm' },
        ExposedPorts: { '80/tcp': {} },
        OnBuild: ['ENV B=$A', 'RUN b'],
      },
    });
    const { after, evaluation } = evaluateText('FROM image\nENV C=$B', { baseConfig: () => config });
    deepEqual(values(after(-1).env), { A: '1', PATH: '/bin', B: '1', C: '1' });
    deepEqual(after(-1).env.get('A')?.origin, { kind: 'base-image' });
    deepEqual(
      evaluation.triggers(0).map(({ instruction }) => instruction.args),
      ['B=$A', 'b'],
    );
    deepEqual([after(-1).user, after(-1).workdir, after(-1).exposed], ['u', '/w', ['80/tcp']]);
    equal(parseImageConfig('nonsense').user, '');
  });

  it('runs ONBUILD of a stage in the stage above, once', () => {
    const { after } = evaluateText('FROM scratch AS a\nONBUILD ENV X=1\nFROM a AS b\nFROM b');
    equal(after(1).env.has('X'), false);
    deepEqual(after(2).env.get('X')?.origin, { kind: 'line', line: 2 });
  });

  it('knows which stages an instruction needs', () => {
    const { evaluation, instruction } = evaluateText(
      'FROM x AS a\nFROM a AS b\nFROM a\nCOPY --from=B x y\nCOPY --from=0 x y\nRUN --mount=from=a,target=/a --mount=from=0,target=/b z\nFROM later AS c\nFROM x AS later',
    );
    deepEqual(
      [1, 2, 3, 4, 5, 6].map((index) => evaluation.callees(instruction(index))),
      [[0], [0], [1], [0], [0], []],
    );
    equal(evaluation.baseStage(3), undefined);
  });

  it('tells what cannot be expanded', () => {
    const { evaluation, after } = evaluateText('FROM scratch\nENV A="${B:?needs B}"');
    equal(evaluation.problems(0)[0]?.message, 'B: needs B');
    equal(after(1).env.get('A')?.value, '"${B:?needs B}"');
  });

  it('knows what a RUN gets', () => {
    const text =
      'FROM scratch\nARG A=1\nENV B="x  y"\nRUN --mount=type=ssh a \\\n  b\nRUN ["c"]\nRUN <<E\nd\nE\nRUN <<E\n#!/x\nE\nRUN cat <<-E >f\n\te\n\tE\nRUN';
    const { before, instruction } = evaluateText(text);
    deepEqual(
      [...runEnvironment(before(3), instruction(3))],
      [`PATH=${path}`, 'A=1', 'B=x  y', 'SSH_AUTH_SOCK=/run/buildkit/ssh_agent.0'],
    );
    deepEqual(
      [3, 4, 5, 6, 7, 8].map((index) => runArgs(instruction(index), before(index)).at(-1)),
      ['a   b', 'c', 'd\n', '/dev/pipes/E', 'cat <<-E >f\n\te\nE', ''],
    );
  });

  it('costs no more than the text is long', () => {
    const lines = Array.from({ length: 5000 }, (_, index) =>
      index % 2 === 0 ? `ENV V${index}=$V${index - 2}x` : `RUN echo \\\n ${index}`,
    );
    const start = process.cpuUsage();
    const { after } = evaluateText(`FROM scratch\n${lines.join('\n')}`);
    equal(after(-1).env.size, 2501);
    const { user } = process.cpuUsage(start);
    equal(user < 1_500_000, true, `${user} µs`);
  });
});

describe('evaluate, whatever the text', () => {
  it('knows late stages, replaced stages and names in capitals', () => {
    const text = 'FROM x AS a\nCOPY --from=b c d\nFROM y AS b\nFROM Base AS Base\nFROM Base';
    const { evaluation, instruction, after } = evaluateText(text, { contexts: new Set(['a']) });
    deepEqual(
      [0, 1, 2, 3].map((stage) => evaluation.replaced(stage)),
      [true, false, false, false],
    );
    deepEqual(evaluation.callees(instruction(1)), []);
    equal(after(1).env.size, 0);
    const late = evaluateText(text).evaluation;
    deepEqual(
      late.problems(0).map(({ code }) => code),
      ['late-stage'],
    );
    equal(late.problems(3)[0]?.hint, "FROM wants the stage's name in lower case: FROM base.");
  });

  it('throws nothing', () => {
    fc.assert(
      fc.property(dockerfiles, fc.nat(), fc.string({ maxLength: 3 }), buildArgs, (base, at, noise, args) => {
        const cut = at % (base.length + 1);
        const text = base.slice(0, cut) + noise + base.slice(cut + 2);
        const { evaluation } = evaluateText(text, { buildArgs: args });
        for (const instruction of parseDockerfile(text).instructions) {
          runEnvironment(evaluation.after(instruction), instruction);
          runArgs(instruction, evaluation.before(instruction));
          evaluation.callees(instruction);
        }
        for (const { index } of parseDockerfile(text).stages) evaluation.problems(index);
      }),
      { numRuns: 150 },
    );
  });
});
