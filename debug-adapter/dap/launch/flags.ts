import type { LaunchArguments } from '../../contract.js';
import { UserError } from '../../debugger/errors.js';

/** Launch arguments that are being put together. */
export type Draft = { -readonly [K in keyof LaunchArguments]: LaunchArguments[K] };

/** What a flag does with its value; a switch gets `true` or `false`. `note` tells the user something in passing. */
export interface Flag {
  readonly kind: 'value' | 'switch';
  readonly set: (draft: Draft, value: string, note: (text: string) => void) => void;
}

type Keys<Type> = {
  [K in keyof LaunchArguments]-?: Type extends LaunchArguments[K] ? K : never;
}[keyof LaunchArguments];
type ListKey = Exclude<Keys<readonly string[]>, 'noCache' | 'args' | 'shell'>;
type TextKey =
  | 'dockerfile'
  | 'builder'
  | 'target'
  | 'cgroupParent'
  | 'metadataFile'
  | 'iidFile'
  | 'shmSize'
  | 'provenance'
  | 'sbom';

function text(key: TextKey): Flag {
  return { kind: 'value', set: (draft, value) => (draft[key] = value) };
}

function list(key: ListKey): Flag {
  return { kind: 'value', set: (draft, value) => (draft[key] = [...(draft[key] ?? []), value]) };
}

function onOff(key: 'load' | 'push' | 'pull'): Flag {
  return { kind: 'switch', set: (draft, value) => (draft[key] = value === 'true') };
}

/** `NAME=VALUE`; `value` is undefined for a bare name. */
function pair(put: (draft: Draft, name: string, value: string | undefined) => void): Flag {
  return {
    kind: 'value',
    set: (draft, text) => {
      const equals = text.indexOf('=');
      if (equals < 0) put(draft, text, undefined);
      else put(draft, text.slice(0, equals), text.slice(equals + 1));
    },
  };
}

function ignored(kind: Flag['kind'], why?: string): Flag {
  return { kind, set: (_draft, _value, note) => (why === undefined ? undefined : note(why)) };
}

function refuse(flag: string, why: string): never {
  throw new UserError('flag-unsupported', `${flag} cannot be debugged: ${why}`, `Leave ${flag} out.`);
}

const question = 'it asks about the Dockerfile and runs no build.';
const limits = 'is not passed on to the engine: the build runs without this limit.';

/** All flags of `docker buildx build`. */
export const flags: ReadonlyMap<string, Flag> = new Map<string, Flag>([
  ['--add-host', list('addHosts')],
  ['--allow', list('allow')],
  ['--annotation', list('annotations')],
  ['--attest', list('attests')],
  ['--build-arg', pair((draft, name, value) => (draft.buildArgs = { ...draft.buildArgs, [name]: value ?? null }))],
  [
    '--build-context',
    pair((draft, name, value) => {
      if (value === undefined)
        throw new UserError(
          'flag-value',
          `--build-context ${name} names no place.`,
          'For example: --build-context assets=../assets',
        );
      draft.buildContexts = { ...draft.buildContexts, [name]: value };
    }),
  ],
  ['--builder', text('builder')],
  ['--cache-from', list('cacheFrom')],
  ['--cache-to', list('cacheTo')],
  [
    '--call',
    { kind: 'value', set: (_draft, value) => (value === 'build' ? undefined : refuse(`--call=${value}`, question)) },
  ],
  ['--print', { kind: 'value', set: () => refuse('--print', question) }],
  ['--check', { kind: 'switch', set: (_draft, value) => (value === 'true' ? refuse('--check', question) : undefined) }],
  ['--cgroup-parent', text('cgroupParent')],
  ['--file', text('dockerfile')],
  ['--iidfile', text('iidFile')],
  ['--label', pair((draft, name, value) => (draft.labels = { ...draft.labels, [name]: value ?? '' }))],
  ['--load', onOff('load')],
  ['--metadata-file', text('metadataFile')],
  ['--network', { kind: 'value', set: (draft, value) => (draft.network = readNetwork(value)) }],
  [
    '--no-cache',
    { kind: 'switch', set: (draft, value) => (draft.noCache = value === 'true' ? true : (draft.noCache ?? false)) },
  ],
  ['--no-cache-filter', { kind: 'value', set: (draft, value) => (draft.noCache = addStages(draft.noCache, value)) }],
  ['--output', list('outputs')],
  [
    '--platform',
    { kind: 'value', set: (draft, value) => (draft.platforms = [...(draft.platforms ?? []), ...value.split(',')]) },
  ],
  ['--provenance', text('provenance')],
  ['--pull', onOff('pull')],
  ['--push', onOff('push')],
  ['--sbom', text('sbom')],
  ['--secret', list('secrets')],
  ['--shm-size', text('shmSize')],
  ['--ssh', list('ssh')],
  ['--tag', list('tags')],
  ['--target', text('target')],
  ['--ulimit', list('ulimits')],
  ...['--progress', '--root', '--server-config'].map((name): [string, Flag] => [name, ignored('value')]),
  ...['--quiet', '--debug', '--detach', '--rm', '--force-rm', '--compress'].map((name): [string, Flag] => [
    name,
    ignored('switch'),
  ]),
  ['--squash', ignored('switch', '--squash has no meaning for BuildKit.')],
  ...['--invoke', '--on'].map((name): [string, Flag] => [
    name,
    ignored('value', `${name} is not needed: this is a debugger.`),
  ]),
  ...[
    '--policy',
    '--isolation',
    '--security-opt',
    '--memory',
    '--memory-swap',
    '--cpu-shares',
    '--cpu-period',
    '--cpu-quota',
    '--cpuset-cpus',
    '--cpuset-mems',
  ].map((name): [string, Flag] => [name, ignored('value', `${name} ${limits}`)]),
]);

/** Short forms. */
export const shortFlags: ReadonlyMap<string, string> = new Map([
  ['D', '--debug'],
  ['c', '--cpu-shares'],
  ['f', '--file'],
  ['m', '--memory'],
  ['o', '--output'],
  ['q', '--quiet'],
  ['t', '--tag'],
]);

function readNetwork(value: string): 'default' | 'host' | 'none' {
  if (value === 'default' || value === 'host' || value === 'none') return value;
  throw new UserError(
    'flag-value',
    `BuildKit knows no network "${value}".`,
    'Use --network host, none or default. A network of Docker cannot be used in a build.',
  );
}

function addStages(before: Draft['noCache'], value: string): true | readonly string[] {
  if (before === true) return true;
  return [...(before === undefined || before === false ? [] : before), ...value.split(',')];
}
