import type { Surroundings } from '../../debugger/api.js';
import { UserError } from '../../debugger/errors.js';

const architecture = /^(?:amd|arm|aarch|x86|i?[3-6]86|mips|ppc|riscv|s390|loong|wasm)/;
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

/** `OS/ARCHITECTURE[/VARIANT]` in the usual spelling; an architecture alone means Linux. */
function normalize(text: string): string {
  const parts = text.trim().toLowerCase().split('/');
  const [first = ''] = parts;
  const [system, ...machine] = architecture.test(first) ? ['linux', ...parts] : parts;
  if (machine.length < 1 || machine.length > 2 || !parts.every((part) => /^[\w.-]+$/.test(part))) {
    throw new UserError('platform', `"${text}" is no platform.`, 'For example: linux/arm64');
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
