import type { Surroundings } from '../../debugger/api.js';
import { nearPlatform, usualPlatforms } from '../../dockerfile/known-platforms.js';
import { UserError } from '../../debugger/errors.js';

const architecture = /^(?:amd|arm|aarch|x86|i?[3-6]86|mips|ppc|riscv|s390|loong|wasm)/;
/** Systems that may stand alone, and mean the machine of the engine. */
const systems = new Set([
  ...['aix', 'android', 'darwin', 'dragonfly', 'freebsd', 'hurd', 'illumos', 'ios', 'js', 'linux', 'nacl', 'netbsd'],
  ...['openbsd', 'plan9', 'solaris', 'windows', 'zos'],
]);
const aliases: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  'x86-64': 'amd64',
  i386: '386',
  i486: '386',
  i586: '386',
  i686: '386',
  aarch64: 'arm64',
  'arm64/v8': 'arm64',
  'aarch64/v8': 'arm64',
  'arm64/8': 'arm64',
  'amd64/v1': 'amd64',
  arm: 'arm/v7',
  armhf: 'arm/v7',
  'arm/7': 'arm/v7',
  'arm/6': 'arm/v6',
  armel: 'arm/v6',
};

/** `OS[(VERSION)]/ARCHITECTURE[/VARIANT]` in the usual spelling; an architecture alone means Linux. */
function normalize(text: string): string {
  const [first = '', ...others] = text
    .trim()
    .replace(/^[^(]*|\/[^(]*$/g, (part) => part.toLowerCase())
    .split('/');
  const parts = [first, ...others];
  if (others.length === 0 && systems.has(first)) return first;
  const [system = '', ...machine] = architecture.test(first) ? ['linux', ...parts] : parts;
  const isWord = [system.replace(/^([\w-]+)\([\w.+-]*\)$/, '$1'), ...machine].every((part) => /^[\w.-]+$/.test(part));
  if (machine.length < 1 || machine.length > 2 || !isWord) {
    const near = nearPlatform(text.trim());
    const hint = near === undefined ? `Usual platforms are ${usualPlatforms}.` : `Did you mean ${near}?`;
    throw new UserError('platform', `"${text}" is no platform.`, hint);
  }
  const name = machine.join('/');
  return `${system}/${aliases[name] ?? name}`;
}

/** Platforms of `--platform`, each once; `local` is the engine's own, which an empty list means too. */
export function readPlatforms(texts: readonly string[], env: Surroundings['env']): readonly string[] {
  const given = texts.length > 0 ? texts : [env['DOCKER_DEFAULT_PLATFORM'] ?? ''];
  const words = given
    .flatMap((text) => text.split(','))
    .filter((word) => word.trim() !== '' && word.trim() !== 'local');
  return [...new Set(words.map(normalize))];
}
