/**
 * Our reading of Dockerfiles against the engine's own: for every RUN arguments, environment, folder and user, the lines of
 * every instruction, the config of the image, and which texts are refused. Nothing is built.
 *
 * EVALUATOR_RUNS says how many generated files to try, EVALUATOR_SEED which ones.
 */
import assert, { deepEqual, equal, notEqual } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { buildArgs, dockerfiles } from '../../support/dockerfile-arbitrary.js';
import { engineAddress } from '../../support/environment/engines.js';
import { differences, refusal, type Setting, type Truth } from '../../support/evaluator-truth.js';
import { type Answer, type Frontend, openFrontend } from '../../support/frontend.js';

interface FileSetting {
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly platform?: string;
  readonly targets?: readonly string[];
  readonly refused?: boolean;
}

const folder = join(import.meta.dirname, '../../fixtures/evaluator');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const images = JSON.parse(read('images.json')) as Readonly<Record<string, unknown>>;
const settings = JSON.parse(read('settings.json')) as Readonly<Record<string, FileSetting>>;
const fixtures = readdirSync(folder).filter((name) => name.endsWith('.Dockerfile'));

describe('evaluator against the engine', function () {
  this.timeout(60_000);
  let frontend: Frontend | undefined;
  let buildPlatform = '';

  const address = engineAddress('buildkitd');
  before(async () => {
    frontend = await openFrontend(address);
    buildPlatform = frontend.engine.platforms[0] ?? '';
  });
  after(async () => await frontend?.[Symbol.asyncDispose]());

  const ask = async (text: string, setting: Setting): Promise<Answer> => {
    const args = Object.entries(setting.buildArgs).map(([name, value]) => [`build-arg:${name}`, value] as const);
    const attrs = { ...Object.fromEntries(args), target: setting.target, platform: setting.platform };
    assert(frontend !== undefined);
    return await frontend.ask({ text, images, attrs });
  };
  const settingOf = (setting: Partial<Setting>): Setting => {
    const usual = { buildArgs: {}, target: '', platform: buildPlatform, buildPlatform };
    return { ...usual, images, contexts: true, ...setting };
  };

  for (const file of fixtures) {
    const name = file.replace('.Dockerfile', '');
    const { targets = [''], refused = false, ...rest } = settings[name] ?? {};
    for (const target of targets) {
      it(target === '' ? name : `${name}, target ${target}`, async () => {
        const text = read(file);
        const setting = settingOf({ ...rest, target });
        const answer = await ask(text, setting);
        equal(!answer.ok, refused, answer.ok ? 'the engine takes it' : answer.error.message);
        if (answer.ok) agree(text, setting, answer);
        else notEqual(refusal(text, setting), undefined, `not seen: ${answer.error.message}`);
      });
    }
  }

  it('agrees on generated files', async function () {
    const numRuns = Number(process.env.EVALUATOR_RUNS ?? 120);
    this.timeout(60_000 + numRuns * 2000);
    const seed = Number(process.env.EVALUATOR_SEED ?? 20);
    let taken = 0;
    for (const [text, args] of fc.sample(fc.tuple(dockerfiles, buildArgs), { numRuns, seed })) {
      const setting = settingOf({ buildArgs: args });
      const answer = await ask(text, setting);
      if (answer.ok) agree(text, setting, answer);
      taken += answer.ok ? 1 : 0;
    }
    equal(taken > numRuns / 2, true, `the engine took only ${taken} of ${numRuns}`);
  });
});

function agree(text: string, setting: Setting, answer: Answer & { ok: true }): void {
  equal(refusal(text, setting), undefined, `the engine takes it\n${text}`);
  deepEqual(differences(text, setting, truthOf(answer)), [], `${JSON.stringify(setting.buildArgs)}\n${text}`);
}

function truthOf({ llb, config }: Answer & { ok: true }): Truth {
  const vertices = [...llb.vertices.values()].map(({ op, locations }) => {
    const meta = op.op?.$case === 'exec' ? op.op.value.meta : undefined;
    return { locations, meta: meta && { args: meta.args, env: meta.env, cwd: meta.cwd, user: meta.user } };
  });
  return { vertices, config };
}
