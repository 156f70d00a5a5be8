/** `build` of a service: read from YAML, and put together from several files. */
import { isRemote } from '../remote.js';
import { placed } from '../placed.js';
import { flagOf, listOf, pairsOf, recordOf, textOf, textsOf } from '../fields.js';

type Pairs = ReadonlyMap<string, string | null>;

/** What a service says of its build. Paths of folders are absolute. */
export interface BuildSection {
  readonly context?: string;
  readonly dockerfile?: string;
  readonly inline?: string;
  readonly target?: string;
  readonly network?: string;
  readonly shmSize?: string;
  readonly pull?: boolean;
  readonly noCache?: boolean;
  readonly privileged?: boolean;
  readonly args: Pairs;
  readonly contexts: Pairs;
  readonly labels: Pairs;
  readonly ssh: Pairs;
  readonly ulimits: ReadonlyMap<string, string>;
  readonly extraHosts: readonly string[];
  readonly tags: readonly string[];
  readonly platforms: readonly string[];
  readonly cacheFrom: readonly string[];
  readonly noCacheFilter: readonly string[];
  readonly entitlements: readonly string[];
  /** Names of secrets of the file, by the id that RUN --mount asks for. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Names that Compose does not know, or that have no meaning here. */
  readonly others: readonly string[];
}

const known = new Set([
  ...['context', 'dockerfile', 'dockerfile_inline', 'target', 'network', 'shm_size', 'pull', 'no_cache', 'privileged'],
  ...['args', 'additional_contexts', 'labels', 'ssh', 'ulimits', 'extra_hosts', 'tags', 'platforms', 'cache_from'],
  ...['no_cache_filter', 'entitlements', 'secrets'],
  // Of what a build leaves behind: nothing is exported unless the launch says so.
  ...['cache_to', 'provenance', 'sbom', 'isolation'],
]);

/**
 * @param value `build`: an object, or the path of the context
 * @param folder absolute; relative paths start there
 */
export function readBuild(value: unknown, folder: string): BuildSection {
  const build = recordOf(value) ?? { context: value };
  const context = textOf(build['context']);
  return {
    ...optional('context', context === undefined ? undefined : absolute(context, folder)),
    ...optional('dockerfile', textOf(build['dockerfile'])),
    ...optional('inline', textOf(build['dockerfile_inline'])),
    ...optional('target', textOf(build['target'])),
    ...optional('network', textOf(build['network'])),
    ...optional('shmSize', textOf(build['shm_size'])),
    ...optional('pull', flagOf(build['pull'])),
    ...optional('noCache', flagOf(build['no_cache'])),
    ...optional('privileged', flagOf(build['privileged'])),
    args: pairsOf(build['args']),
    contexts: absoluteContexts(pairsOf(build['additional_contexts']), folder),
    labels: pairsOf(build['labels']),
    ssh: keysOf(pairsOf(build['ssh']), folder),
    ulimits: ulimitsOf(build['ulimits']),
    extraHosts: hostsOf(build['extra_hosts']),
    tags: textsOf(build['tags']),
    platforms: textsOf(build['platforms']),
    cacheFrom: textsOf(build['cache_from']),
    noCacheFilter: textsOf(build['no_cache_filter']),
    entitlements: textsOf(build['entitlements']),
    secrets: secretsOf(build['secrets']),
    others: Object.keys(build).filter((name) => !known.has(name) && !name.startsWith('x-')),
  };
}

function optional<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [Key in Name]?: Value } {
  const given: Partial<Record<Name, Value>> = {};
  if (value !== undefined) given[name] = value;
  return given;
}

function absolute(path: string, folder: string): string {
  return isRemote(path) ? path : placed(folder, path);
}

function absoluteContexts(contexts: Pairs, folder: string): Pairs {
  const place = (value: string): string =>
    /^(?:service:|[\w+.-]+:\/\/)/.test(value) ? value : absolute(value, folder);
  return new Map([...contexts].map(([name, value]) => [name, value === null ? null : place(value)]));
}

/** Keys and sockets by id. */
function keysOf(ssh: Pairs, folder: string): Pairs {
  return new Map([...ssh].map(([id, path]) => [id, path === null || path === '' ? null : placed(folder, path)]));
}

function ulimitsOf(value: unknown): ReadonlyMap<string, string> {
  const limits = Object.entries(recordOf(value) ?? {}).map(([name, limit]): [string, string] => {
    const both = recordOf(limit);
    return [
      name,
      both === undefined ? (textOf(limit) ?? '') : `${textOf(both['soft']) ?? ''}:${textOf(both['hard']) ?? ''}`,
    ];
  });
  return new Map(limits);
}

/** `HOST=IP`; an object may name several addresses of a host. */
function hostsOf(value: unknown): readonly string[] {
  const record = recordOf(value);
  if (record === undefined) return textsOf(value);
  return Object.entries(record).flatMap(([host, ips]) => textsOf(ips).map((ip) => `${host}=${ip}`));
}

function secretsOf(value: unknown): ReadonlyMap<string, string> {
  const secrets = listOf(value).flatMap((item): [string, string][] => {
    const source = textOf(item) ?? textOf(recordOf(item)?.['source']);
    return source === undefined ? [] : [[textOf(recordOf(item)?.['target']) ?? source, source]];
  });
  return new Map(secrets);
}

/** A later file's `build` over an earlier one's. */
export function mergeBuild(earlier: BuildSection, later: BuildSection): BuildSection {
  const pairs = (name: 'args' | 'contexts' | 'labels' | 'ssh'): Pairs => new Map([...earlier[name], ...later[name]]);
  const texts = (
    name: 'tags' | 'platforms' | 'cacheFrom' | 'noCacheFilter' | 'entitlements' | 'others',
  ): readonly string[] => [...new Set([...earlier[name], ...later[name]])];
  return {
    ...earlier,
    ...later,
    args: pairs('args'),
    contexts: pairs('contexts'),
    labels: pairs('labels'),
    ssh: pairs('ssh'),
    ulimits: new Map([...earlier.ulimits, ...later.ulimits]),
    secrets: new Map([...earlier.secrets, ...later.secrets]),
    extraHosts: [...earlier.extraHosts, ...later.extraHosts],
    tags: texts('tags'),
    platforms: texts('platforms'),
    cacheFrom: texts('cacheFrom'),
    noCacheFilter: texts('noCacheFilter'),
    entitlements: texts('entitlements'),
    others: texts('others'),
  };
}
