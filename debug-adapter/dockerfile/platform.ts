/** Platforms as the frontend writes them into BUILDPLATFORM, TARGETPLATFORM and their parts. */

/** A platform taken apart; absent parts are ''. */
export interface PlatformParts {
  readonly os: string;
  readonly osVersion: string;
  readonly osFeatures: string;
  readonly arch: string;
  readonly variant: string;
}

/** Reads `linux/arm/v7` or `windows(10.0.17763)/amd64`. */
export function parsePlatform(text: string): PlatformParts {
  const [first = '', arch = '', variant = ''] = text.split('/');
  const match = /^([^(]*)(?:\(([^+)]*)((?:\+[^)]*)?)\))?$/.exec(first);
  const os = (match?.[1] ?? first).toLowerCase();
  const normal = normalizeArch(arch.toLowerCase(), variant.toLowerCase());
  return { os: os === 'macos' ? 'darwin' : os, osVersion: match?.[2] ?? '', osFeatures: match?.[3] ?? '', ...normal };
}

/** The text form; with the version of the system if `all` is set and there is one. */
export function formatPlatform(platform: PlatformParts, all: boolean): string {
  const { os, osVersion, osFeatures, arch, variant } = platform;
  const options = all && osVersion + osFeatures !== '' ? `(${osVersion}${osFeatures})` : '';
  return [os + options, arch, variant].filter((part) => part !== '').join('/');
}

const aliases: Readonly<Record<string, readonly [string, string?]>> = {
  i386: ['386', ''],
  x86_64: ['amd64'],
  'x86-64': ['amd64'],
  aarch64: ['arm64'],
  armhf: ['arm', 'v7'],
  armel: ['arm', 'v6'],
};

const variants: Readonly<Record<string, string>> = {
  'amd64/v1': '',
  'arm64/8': '',
  'arm64/v8': '',
  'arm64/v8.0': '',
  'arm64/9': 'v9',
  'arm64/9.0': 'v9',
  'arm64/v9.0': 'v9',
  'arm/': 'v7',
  'arm/5': 'v5',
  'arm/6': 'v6',
  'arm/7': 'v7',
  'arm/8': 'v8',
};

function normalizeArch(written: string, variant: string): { arch: string; variant: string } {
  const [arch, fixed] = Object.hasOwn(aliases, written) ? (aliases[written] ?? [written]) : [written];
  const chosen = fixed ?? variant;
  const key = `${arch}/${chosen}`;
  return { arch, variant: Object.hasOwn(variants, key) ? (variants[key] ?? chosen) : chosen };
}
