import { join } from 'node:path';
import type { Surroundings } from '../../debugger/api.js';
import { readText } from '../../debugger/sources/small-files.js';

const variables = [
  ['httpProxy', 'HTTP_PROXY'],
  ['httpsProxy', 'HTTPS_PROXY'],
  ['noProxy', 'NO_PROXY'],
  ['ftpProxy', 'FTP_PROXY'],
  ['allProxy', 'ALL_PROXY'],
] as const;

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return new Map<string, unknown>(Object.entries(value)).get(name);
}

async function readConfig({ env, homeDir }: Surroundings): Promise<unknown> {
  try {
    return JSON.parse(await readText(join(env['DOCKER_CONFIG'] ?? join(homeDir, '.docker'), 'config.json')));
  } catch {
    // Most people have no such file; a broken one is reported by whoever needs credentials from it.
    return undefined;
  }
}

/** Build arguments that the command line takes from `proxies.default` of docker's config.json. */
export async function proxyArguments(surroundings: Surroundings): Promise<Readonly<Record<string, string>>> {
  const proxies = member(member(await readConfig(surroundings), 'proxies'), 'default');
  const args: Record<string, string> = {};
  for (const [key, name] of variables) {
    const value = member(proxies, key);
    if (typeof value !== 'string' || value === '') continue;
    args[name] = value;
    args[name.toLowerCase()] = value;
  }
  return args;
}
