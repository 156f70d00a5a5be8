/** What the engine says about platforms, in words that name the platform. */
import { isKnownPlatform, nearPlatform, usualPlatforms } from '../../dockerfile/known-platforms.js';
import type { Dockerfile } from '../../dockerfile/model.js';
import type { BuildSettings } from '../api.js';

export interface PlatformWords {
  readonly code: string;
  readonly what: string;
  readonly hint: string;
}

const ONLY_LINUX = 'Windows containers are built and run by Windows engines only, and cannot be debugged here.';
/** The image stands there since BuildKit 0.10. */
const noMatch = /(?:metadata for (\S+): )?no match for platform in manifest/;
const noPlatform = /failed to parse platform (.*?): .*(?:invalid argument|unknown operating system)/;

/**
 * Words for a refusal that is about a platform; undefined for any other.
 *
 * @param message of the engine
 * @param line that the engine blames, from 1; undefined for old engines, which do not say
 */
export function platformWords(
  message: string,
  line: number | undefined,
  { stages }: Pick<Dockerfile, 'stages'>,
  { platforms }: Pick<BuildSettings, 'platforms'>,
): PlatformWords | undefined {
  const [, wrong] = noPlatform.exec(message) ?? [];
  if (wrong !== undefined) return { code: 'platform', what: `"${wrong}" is no platform.`, hint: hintFor([wrong]) };
  const found = noMatch.exec(message);
  if (found === null) return undefined;
  const blamed = stages.findLast(({ instructions: [from] }) => from !== undefined && from.startLine <= (line ?? 0));
  const asked = askedFor(blamed === undefined ? stages : [blamed], platforms);
  const image = found[1] === undefined ? 'An image of the build' : `The image ${found[1]}`;
  if (asked.some((platform) => platform.startsWith('windows')))
    return { code: 'platform-missing', what: `${image} is not there for ${inWords(asked)}.`, hint: ONLY_LINUX };
  return { code: 'platform-missing', what: `${image} is not there for ${inWords(asked)}.`, hint: hintFor(asked) };
}

/** What the stages are built for; of several platforms those that look wrong, empty for the engine's own. */
function askedFor(stages: Dockerfile['stages'], platforms: BuildSettings['platforms']): readonly string[] {
  const all = stages.flatMap(({ platform: own }) => {
    if (own === undefined || /^\$(?:TARGETPLATFORM$|\{TARGETPLATFORM\}$)/.test(own)) return platforms;
    return /^\$(?:BUILDPLATFORM$|\{BUILDPLATFORM\}$)/.test(own) ? [] : [own];
  });
  const asked = [...new Set(stages.length === 0 ? platforms : all)];
  const strange = asked.filter((platform) => !platform.includes('$') && !isKnownPlatform(platform));
  return strange.length > 0 ? strange : asked;
}

function inWords(platforms: readonly string[]): string {
  const [first] = platforms;
  if (first === undefined) return 'the platform of the engine';
  return platforms.length === 1 ? `the platform ${first}` : `one of the platforms ${platforms.join(', ')}`;
}

function hintFor(platforms: readonly string[]): string {
  const near = platforms.flatMap((platform) => nearPlatform(platform) ?? []);
  if (near.length > 0) return `Did you mean ${near.join(', ')}?`;
  if (platforms.every((platform) => platform.includes('$') || isKnownPlatform(platform)))
    return 'Choose a platform that the image has, or an image or tag that has it.';
  return `Usual platforms are ${usualPlatforms}.`;
}
