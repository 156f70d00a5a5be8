import type { Engine } from '../../buildkit/api.js';

/** The platform that an engine builds for when none is asked for. */
export function nativePlatform({ platforms }: Engine): string {
  return platforms[0] ?? 'linux/amd64';
}
