/** What the frontend has answered, as programs: one for each platform. */
import type { FrontendResult } from '../../buildkit/api.js';
import { readLlb } from '../../buildkit/llb.js';
import { evaluate } from '../../dockerfile/evaluate.js';
import type { Dockerfile, Evaluation } from '../../dockerfile/model.js';
import { parseDockerfile } from '../../dockerfile/parse.js';
import type { BuildSettings } from '../api.js';
import type { LinkedVertex } from '../build-settings.js';
import type { AttemptInput } from '../ask/attempt.js';
import { UserError } from '../errors.js';
import { checkTarget } from '../sources/load.js';
import { nativePlatform } from '../common/native-platform.js';
import { createProgram, type Program } from './program.js';
import { targetStage } from '../sources/target.js';

/** In a remote context only the engine has the Dockerfile; its source map brings the text. */
function dockerfileOf({ settings, dockerfile }: AttemptInput, result: FrontendResult): Dockerfile {
  if (settings.dockerfileIsLocal) return dockerfile;
  const [first] = result.refs.values();
  const source = first?.definition.Source?.infos.find((info) => info.data.length > 0);
  const text = parseDockerfile(new TextDecoder().decode(source?.data));
  checkTarget(text, settings);
  return text;
}

/** What the Dockerfile means on each platform. */
export interface Evaluations {
  /** Makes those that will be wanted, as far as can be told before the frontend has answered. */
  readonly prepare: () => void;
  of(dockerfile: Dockerfile, platform: string): Evaluation;
}

/** Makes nothing yet. */
export function createEvaluations({ engine, settings, dockerfile: read }: AttemptInput): Evaluations {
  const { buildArgs, target = '' } = settings;
  const made = new Map<string, Evaluation>();
  const make = (dockerfile: Dockerfile, targetPlatform: string): Evaluation => {
    const buildPlatform = nativePlatform(engine);
    return evaluate({ dockerfile, buildArgs, targetPlatform, buildPlatform, target, baseConfig: () => undefined });
  };
  return {
    prepare() {
      if (!settings.dockerfileIsLocal) return;
      const platforms = settings.platforms.length === 0 ? [nativePlatform(engine)] : settings.platforms;
      for (const platform of platforms) if (!made.has(platform)) made.set(platform, make(read, platform));
    },
    of(dockerfile, platform) {
      const ready = dockerfile === read ? made.get(platform) : undefined;
      return ready ?? make(dockerfile, platform);
    },
  };
}

/**
 * In the order in which platforms were asked for. Throws words where there is nothing to build.
 *
 * @param linked vertices of builds that this one takes from, by digest
 */
export function makePrograms(
  input: AttemptInput,
  result: FrontendResult,
  evaluations: Evaluations,
  linked: ReadonlyMap<string, LinkedVertex> = new Map(),
): readonly Program[] {
  const { engine, settings } = input;
  const dockerfile = dockerfileOf(input, result);
  const native = nativePlatform(engine);
  const target = targetStage(dockerfile, settings.target);
  if (target === undefined)
    throw new UserError('no-stage', 'The Dockerfile has no stage to build.', 'Begin it with FROM.');
  return inOrder([...result.refs], settings.platforms).map(([id, { id: ref, definition }]) => {
    const platform = id !== '' ? id : (settings.platforms[0] ?? native);
    const evaluation = evaluations.of(dockerfile, platform);
    const replaced = replacedStages(settings);
    return createProgram({
      platform,
      dockerfile,
      target,
      evaluation,
      llb: readLlb(definition),
      ref,
      replaced,
      linked,
      forces: input.forces,
    });
  });
}

/** Platforms come in any order; they are shown as they were asked for. */
function inOrder<T>(
  refs: readonly (readonly [string, T])[],
  platforms: readonly string[],
): readonly (readonly [string, T])[] {
  const rank = (id: string): number => {
    const at = platforms.findIndex((platform) => platform === id || id.startsWith(`${platform}/`));
    return at < 0 ? platforms.length : at;
  };
  return [...refs].sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** Named contexts stand in for stages of the same name: `context:NAME[::platform]`. */
function replacedStages(settings: BuildSettings): ReadonlySet<string> {
  const names = Object.keys(settings.frontendAttrs).filter((key) => key.startsWith('context:'));
  return new Set(names.map((key) => (key.slice('context:'.length).split('::', 1)[0] ?? '').toLowerCase()));
}
