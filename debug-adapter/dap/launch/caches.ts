import { resolve } from 'node:path';
import type { LaunchArguments } from '../../contract.js';
import type { BuildSettings, Surroundings } from '../../debugger/api.js';
import { UserError } from '../../debugger/errors.js';
import { readAttributes, readBoolean, readCsv } from './csv.js';

type Cache = BuildSettings['cacheImports'][number];
type Env = Surroundings['env'];

const github = [
  ['token', 'ACTIONS_RUNTIME_TOKEN'],
  ['url', 'ACTIONS_CACHE_URL'],
  ['url_v2', 'ACTIONS_RESULTS_URL'],
] as const;
const amazon = [
  ['access_key_id', 'AWS_ACCESS_KEY_ID'],
  ['secret_access_key', 'AWS_SECRET_ACCESS_KEY'],
  ['session_token', 'AWS_SESSION_TOKEN'],
] as const;

/** Adds what the command line takes from the environment. */
function withEnvironment(
  attrs: Readonly<Record<string, string>>,
  names: readonly (readonly [string, string])[],
  env: Env,
): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [attribute, variable] of names) {
    const value = env[variable];
    if (value !== undefined && value !== '') found[attribute] = value;
  }
  return { ...found, ...attrs };
}

const samples: Readonly<Record<string, string>> = { ref: 'registry.example.com/app:cache' };

/** Without it the engine fails at the end of the build, or goes on without a word. */
function requireAttribute(flag: string, type: string, attrs: Readonly<Record<string, string>>, name: string): string {
  const value = attrs[name] ?? '';
  if (value !== '') return value;
  throw new UserError(
    'cache-attribute',
    `A cache of ${flag} with type=${type} has no "${name}".`,
    `For example: type=${type},${name}=${samples[name] ?? 'cache'}`,
  );
}

/** Whether the folder is to hold this build's cache only. */
function readReset(flag: string, text: string | undefined): { readonly reset?: string } {
  if (text === undefined) return {};
  const reset = readBoolean(text);
  if (reset === undefined)
    throw new UserError('cache-attribute', `reset=${text} of ${flag} is neither true nor false.`);
  return { reset: String(reset) };
}

function readCache(flag: string, text: string, cwd: string, env: Env): readonly Cache[] {
  const fields = readCsv(flag, text);
  if (fields.every(({ value }) => value === undefined)) {
    return text.split(',').map((ref) => ({ type: 'registry', attrs: { ref: ref.trim() } }));
  }
  const { type, ...attrs } = readAttributes(flag, text, 'type=local,src=cache');
  switch (type) {
    case undefined:
      throw new UserError(
        'cache-type',
        `A cache of ${flag} names no type.`,
        'For example: type=registry,ref=registry.example.com/app:cache',
      );
    case 'local': {
      const folder = flag === '--cache-to' ? 'dest' : 'src';
      const path = requireAttribute(flag, type, attrs, folder);
      return [{ type, attrs: { ...attrs, ...readReset(flag, attrs['reset']), [folder]: resolve(cwd, path) } }];
    }
    case 'registry':
      requireAttribute(flag, type, attrs, 'ref');
      return [{ type, attrs }];
    case 'gha': {
      const complete = withEnvironment(attrs, github, env);
      // Outside of a workflow there is no such cache; the command line leaves it out too.
      const usable = complete['token'] !== undefined && (complete['url'] ?? complete['url_v2']) !== undefined;
      return usable ? [{ type, attrs: complete }] : [];
    }
    case 's3':
      return [{ type, attrs: withEnvironment(attrs, amazon, env) }];
    default:
      return [{ type, attrs }];
  }
}

/** Caches to read from and write to. */
export function readCaches(
  launch: LaunchArguments & { readonly cwd: string },
  env: Env,
  buildArgs: Readonly<Record<string, string>>,
): Pick<BuildSettings, 'cacheImports' | 'cacheExports'> {
  const read = (flag: string, texts: readonly string[] = []): readonly Cache[] =>
    texts.flatMap((text) => readCache(flag, text, launch.cwd, env));
  const inline = readBoolean(buildArgs['BUILDKIT_INLINE_CACHE'] ?? 'false') === true;
  return {
    cacheImports: read('--cache-from', launch.cacheFrom),
    cacheExports: [...read('--cache-to', launch.cacheTo), ...(inline ? [{ type: 'inline', attrs: {} }] : [])],
  };
}
