import type { LaunchArguments } from '../../contract.js';
import type { Surroundings } from '../../debugger/api.js';
import { defaultProvenance } from '../../debugger/sources/engine-settings.js';
import { UserError } from '../../debugger/errors.js';
import { attestations } from './attestations.js';
import { csvField } from '../../definitions/csv-field.js';
import { readBoolean } from './csv.js';
import { readBytes } from './units.js';

type Attributes = Record<string, string>;

function addHosts(hosts: readonly string[]): string {
  const entries = hosts.map((text) => {
    const at = /[=:]/.exec(text)?.index ?? -1;
    const name = text.slice(0, at);
    const ip = text.slice(at + 1).replace(/^\[(.*)\]$/, '$1');
    if (at < 1 || ip === '') throw new UserError('add-host', `"${text}" is no HOST:IP.`, 'For example: db:10.0.0.7');
    return csvField(`${name}=${ip}`);
  });
  return entries.join(',');
}

const limits =
  /^(core|cpu|data|fsize|locks|memlock|msgqueue|nice|nofile|nproc|rss|rtprio|rttime|sigpending|stack)=(-?\d+)(?::(-?\d+))?$/;

function ulimits(texts: readonly string[]): string {
  const entries = texts.map((text) => {
    const [, name, soft, hard = soft] = limits.exec(text) ?? [];
    if (name === undefined)
      throw new UserError('ulimit', `"${text}" is no NAME=SOFT[:HARD].`, 'For example: nofile=1024:4096');
    return `${name}=${soft}:${hard}`;
  });
  return entries.join(',');
}

/** Whether there will be a result that could say where it comes from. */
function exports({ outputs = [], load, push }: LaunchArguments): boolean {
  return outputs.length > 0 || load === true || push === true;
}

/** What the frontend is told beyond build arguments, target and platforms, and which entitlements that takes. */
export function frontendAttributes(
  launch: LaunchArguments,
  env: Surroundings['env'],
): {
  readonly attrs: Attributes;
  readonly entitlements: readonly string[];
} {
  const attrs: Attributes = {};
  for (const [name, value] of Object.entries(launch.labels ?? {})) attrs[`label:${name}`] = value;
  if (launch.noCache === true) attrs['no-cache'] = '';
  else if (launch.noCache !== undefined && launch.noCache !== false && launch.noCache.length > 0) {
    attrs['no-cache'] = launch.noCache.join(',');
  }
  if (launch.pull === true) attrs['image-resolve-mode'] = 'pull';
  if (launch.network === 'host' || launch.network === 'none') attrs['force-network-mode'] = launch.network;
  if ((launch.addHosts ?? []).length > 0) attrs['add-hosts'] = addHosts(launch.addHosts ?? []);
  if (launch.shmSize !== undefined) attrs['shm-size'] = String(readBytes('shmSize', launch.shmSize));
  if ((launch.ulimits ?? []).length > 0) attrs['ulimit'] = ulimits(launch.ulimits ?? []);
  if (launch.cgroupParent !== undefined) attrs['cgroup-parent'] = launch.cgroupParent;
  if (readBoolean(launch.buildArgs?.['BUILDKIT_MULTI_PLATFORM'] ?? 'false') === true) attrs['multi-platform'] = 'true';
  const attests = attestations(launch);
  for (const [type, value] of attests) if (value !== undefined) attrs[`attest:${type}`] = value;
  if (
    exports(launch) &&
    !attests.has('provenance') &&
    readBoolean(env['BUILDX_NO_DEFAULT_ATTESTATIONS'] ?? '') !== true
  ) {
    attrs['attest:provenance'] = defaultProvenance;
  }
  const host = launch.network === 'host' ? ['network.host'] : [];
  return { attrs, entitlements: [...new Set([...(launch.allow ?? []), ...host])] };
}
