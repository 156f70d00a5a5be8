/** Platforms that images are made for, to say which one was meant; any other one may be valid as well. */
import { nearest } from '../patterns/nearest.js';
import { formatPlatform, parsePlatform } from './platform.js';

/** Systems with their machines. */
const known: Readonly<Record<string, readonly string[]>> = {
  linux: [
    ...['amd64', 'arm64', 'arm/v7', 'arm/v6', 'arm/v5', '386', 'ppc64le', 's390x', 'riscv64', 'loong64'],
    ...['mips64le', 'mips64', 'mipsle', 'mips', 'ppc64', 'amd64/v2', 'amd64/v3', 'amd64/v4', 'arm/v8', 'arm64/v9'],
  ],
  windows: ['amd64', 'arm64', 'arm/v7', '386'],
  darwin: ['amd64', 'arm64'],
  freebsd: ['amd64', 'arm64', 'arm/v7', '386', 'riscv64'],
  netbsd: ['amd64', 'arm64', 'arm/v7', '386'],
  openbsd: ['amd64', 'arm64', 'arm/v7', '386', 'riscv64', 'ppc64'],
  dragonfly: ['amd64'],
  solaris: ['amd64'],
  illumos: ['amd64'],
  aix: ['ppc64'],
  plan9: ['amd64', 'arm/v7', '386'],
  android: ['amd64', 'arm64', 'arm/v7', '386'],
  ios: ['amd64', 'arm64'],
  js: ['wasm'],
  wasi: ['wasm'],
  wasip1: ['wasm'],
};

/** Those that most images are made for, for a hint. */
export const usualPlatforms =
  'linux/amd64, linux/arm64, linux/arm/v7, linux/386, linux/ppc64le, linux/s390x, linux/riscv64';

/** Whether images are made for it; versions of the system aside. */
export function isKnownPlatform(text: string): boolean {
  const { os, arch, variant } = parsePlatform(text);
  return machinesOf(os).includes(variant === '' ? arch : `${arch}/${variant}`);
}

/** The known platform that was probably meant; undefined when none is near, and for one that is known. */
export function nearPlatform(text: string): string | undefined {
  if (isKnownPlatform(text)) return undefined;
  const parts = parsePlatform(text.includes('/') ? text : `linux/${text}`);
  const os = Object.hasOwn(known, parts.os) ? parts.os : nearest(parts.os, Object.keys(known));
  if (os === undefined) return undefined;
  const machines = machinesOf(os);
  const written = formatPlatform({ ...parts, os: '', osVersion: '', osFeatures: '' }, false);
  const near = machines.includes(written) ? written : nearest(written, machines);
  if (near !== undefined) return `${os}/${near}`;
  // A variant that the machine does not have.
  return parts.variant !== '' && machines.includes(parts.arch) ? `${os}/${parts.arch}` : undefined;
}

function machinesOf(os: string): readonly string[] {
  return Object.hasOwn(known, os) ? (known[os] ?? []) : [];
}
