/** What a Dockerfile frontend was told, as launch arguments: the way back of `dap/launch/frontend-attributes.ts`. */
import type { LaunchArguments } from '../../contract.js';

/** Launch arguments, and what of the attributes cannot be said by any. */
export interface FromAttributes {
  readonly launch: LaunchArguments;
  readonly notes: readonly string[];
}

type Attributes = Readonly<Record<string, string>>;

/** @param attributes e.g. `build-arg:VERSION`, `target`, `add-hosts` */
export function launchOfAttributes(attributes: Attributes): FromAttributes {
  const { target, platform, network = attributes['force-network-mode'] } = attributes;
  const noCache = attributes['no-cache'];
  const hosts = listOf(attributes['add-hosts']);
  const contexts = contextsOf(attributes);
  const launch: LaunchArguments = {
    buildArgs: withPrefix(attributes, 'build-arg:'),
    labels: withPrefix(attributes, 'label:'),
    buildContexts: contexts.known,
    platforms: listOf(platform),
    addHosts: hosts,
    ulimits: listOf(attributes['ulimit']),
    ...(target !== undefined && target !== '' && { target }),
    ...((network === 'host' || network === 'none') && { network }),
    ...(noCache !== undefined && { noCache: noCache === '' ? true : listOf(noCache) }),
    ...(attributes['image-resolve-mode'] === 'pull' && { pull: true }),
    ...(attributes['shm-size'] !== undefined && { shmSize: attributes['shm-size'] }),
    ...(attributes['cgroup-parent'] !== undefined && { cgroupParent: attributes['cgroup-parent'] }),
  };
  return { launch, notes: [...contexts.notes, ...revision(attributes)] };
}

function withPrefix(attributes: Attributes, prefix: string): Record<string, string> {
  const own = Object.entries(attributes).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value]));
}

function listOf(text: string | undefined): readonly string[] {
  return (text ?? '').split(',').filter((item) => item !== '');
}

/** Folders and results of other builds were on the machine that built it. */
function contextsOf(attributes: Attributes): {
  readonly known: Record<string, string>;
  readonly notes: readonly string[];
} {
  const all = Object.entries(withPrefix(attributes, 'context:'));
  const isKnown = ([, value]: readonly [string, string]): boolean => !/^(?:local|input|oci-layout):/.test(value);
  const lost = all.filter((entry) => !isKnown(entry)).map(([name]) => name);
  const what = `Its named context${lost.length === 1 ? '' : 's'} ${lost.join(', ')} came from the machine that built it`;
  const notes = lost.length === 0 ? [] : [`${what}: name ${lost.length === 1 ? 'it' : 'them'} with "buildContexts".`];
  return { known: Object.fromEntries(all.filter(isKnown)), notes };
}

function revision(attributes: Attributes): readonly string[] {
  const [source, commit] = [attributes['vcs:source'], attributes['vcs:revision']];
  if (commit === undefined) return [];
  return [`It was built from the revision ${commit}${source === undefined ? '' : ` of ${source}`}.`];
}
