/** Mounts of a RUN as facts; values of secrets are not among them. */
import { CacheSharingOpt, MountType, type Mount, type SecretEnv } from '../../buildkit/gen/ops.js';
import { cacheName } from '../containers/cache-locks.js';
import type { LlbVertex } from '../../buildkit/llb.js';
import type { MountFact } from '../api.js';
import { inputOf, type Program } from '../program/program.js';

/** What the launch arguments provide, by id. */
export interface Provided {
  readonly secrets: ReadonlySet<string>;
  readonly ssh: ReadonlySet<string>;
}

/** Everything but the root. */
export function mountFacts(program: Program, vertex: LlbVertex, provided: Provided): readonly MountFact[] {
  const op = vertex.op.op;
  if (op?.$case !== 'exec') return [];
  const { mounts, secretenv } = op.value;
  return [
    ...mounts.filter((mount) => mount.dest !== '/').map((mount) => mountFact(program, vertex, mount, provided)),
    ...secretenv.map((secret) => secretEnvFact(secret, provided)),
  ];
}

function mountFact(program: Program, vertex: LlbVertex, mount: Mount, provided: Provided): MountFact {
  const base = { target: mount.dest, readOnly: mount.readonly };
  const source = sourceOptions(program, vertex, mount);
  switch (mount.mountType) {
    case MountType.CACHE: {
      const sharing = CacheSharingOpt[mount.cacheOpt?.sharing ?? CacheSharingOpt.SHARED].toLowerCase();
      return {
        ...base,
        type: 'cache',
        options: [['id', cacheName(mount.cacheOpt?.ID ?? '')], ['sharing', sharing], ...source],
      };
    }
    case MountType.SECRET:
      return { ...base, type: 'secret', options: ownerOptions(mount.secretOpt, provided.secrets) };
    case MountType.SSH:
      // Without an id the engine asks for this one.
      return { ...base, type: 'ssh', options: ownerOptions(withId(mount.SSHOpt, 'default'), provided.ssh) };
    case MountType.TMPFS: {
      const size = mount.TmpfsOpt?.size ?? 0n;
      // A container of a gateway takes no size.
      const words = `${size} (no limit for commands and shells here)`;
      return { ...base, type: 'tmpfs', options: size > 0n ? [['size', words]] : [] };
    }
    default:
      return { ...base, type: 'bind', options: source };
  }
}

function sourceOptions(program: Program, vertex: LlbVertex, mount: Mount): readonly (readonly [string, string])[] {
  const input = inputOf(vertex, Number(mount.input));
  if (input === undefined) return [];
  const name = program.llb.vertices.get(input.digest)?.name ?? input.digest;
  // The frontend's own names say nothing to a reader.
  if (name.startsWith('[internal] setting cache mount permissions')) return [];
  const from = name === '[internal] load build context' ? 'the build context' : name;
  return [['from', from], ...(mount.selector === '' ? [] : [['source', mount.selector] as const])];
}

function withId<T extends { readonly ID: string }>(options: T | undefined, usual: string): T | undefined {
  return options?.ID === '' ? { ...options, ID: usual } : options;
}

function ownerOptions(
  options:
    | {
        readonly ID: string;
        readonly uid: number;
        readonly gid: number;
        readonly mode: number;
        readonly optional: boolean;
      }
    | undefined,
  provided: ReadonlySet<string>,
): readonly (readonly [string, string])[] {
  if (options === undefined) return [];
  return [
    ['id', options.ID],
    ['uid', String(options.uid)],
    ['gid', String(options.gid)],
    ['mode', options.mode.toString(8).padStart(4, '0')],
    ['required', options.optional ? 'no' : 'yes'],
    ['provided', provided.has(options.ID) ? 'yes' : 'no'],
  ];
}

function secretEnvFact(secret: SecretEnv, provided: Provided): MountFact {
  const options = [
    ['id', secret.ID],
    ['required', secret.optional ? 'no' : 'yes'],
    ['provided', provided.secrets.has(secret.ID) ? 'yes' : 'no'],
    ['as', 'environment variable'],
  ] as const;
  return { type: 'secret', target: secret.name, readOnly: true, options };
}
