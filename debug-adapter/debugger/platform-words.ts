/** What the engine says about platforms, in words that name the platform. */
import { isKnownPlatform, nearPlatform, usualPlatforms } from '../dockerfile/known-platforms.js';
import type { Dockerfile } from '../dockerfile/model.js';
import type { BuildSettings } from './api.js';

export interface PlatformWords {
  readonly code: string;
  readonly what: string;
  readonly hint: string;
}

const noMatch = /(\S+): no match for platform in manifest/;
const noPlatform = /failed to parse platform (.*?): .*(?:invalid argument|unknown operating system)/;

/**
 * Words for a refusal that is about a platform; undefined for any other.
 *
 * @param message of the engine
 * @param line that the engine blames, from 1
 */
export function platformWords(
  message: string,
  line: number,
  dockerfile: Pick<Dockerfile, 'stages'>,
  { platforms }: Pick<BuildSettings, 'platforms'>,
): PlatformWords | undefined {
  const [, wrong] = noPlatform.exec(message) ?? [];
  if (wrong !== undefined) return { code: 'platform', what: `"${wrong}" is no platform.`, hint: hintFor([wrong]) };
  const [, image] = noMatch.exec(message) ?? [];
  if (image === undefined) return undefined;
  const asked = askedFor(line, dockerfile, platforms);
  return {
    code: 'platform-missing',
    what: `The image ${image} is not there for ${inWords(asked)}.`,
    hint: hintFor(asked),
  };
}

/** What the stage of the line is built for; of several platforms those that look wrong, empty for the engine's own. */
function askedFor(
  line: number,
  { stages }: Pick<Dockerfile, 'stages'>,
  platforms: BuildSettings['platforms'],
): readonly string[] {
  const stage = stages.findLast(({ instructions: [from] }) => from !== undefined && from.startLine <= line);
  const own = stage?.platform;
  const isTarget = own === undefined || /^\$(?:TARGETPLATFORM$|\{TARGETPLATFORM\}$)/.test(own);
  if (!isTarget) return /^\$(?:BUILDPLATFORM$|\{BUILDPLATFORM\}$)/.test(own) ? [] : [own];
  const strange = platforms.filter((platform) => !isKnownPlatform(platform));
  return strange.length > 0 ? strange : platforms;
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
