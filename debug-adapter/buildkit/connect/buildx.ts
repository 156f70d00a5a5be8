/** Builders of buildx, as `docker buildx` keeps them. */
import { createHash } from 'node:crypto';
import { UserError } from '../errors.js';
import { currentContext, defaultContext, dockerHost, findContext } from './docker-contexts.js';
import { dockerFolder, type Environment, variable } from './environment.js';
import { type Json, list, object, readJson, text } from './json.js';
import { isAddress, type Place } from './place.js';
import { defaultDocker } from './sockets.js';

/** A builder of that name; undefined when there is none, or when it stands for a docker context. */
export async function findBuilder(environment: Environment, name: string): Promise<Place | undefined> {
  if (!/^[a-z][\w.-]*$/i.test(name)) return undefined;
  const builder = await readJson(environment, `${folder(environment)}/instances/${name.toLowerCase()}`);
  return builder && (await placeOf(environment, name, builder));
}

/** The builder that `docker buildx build` would use, unless that stands for a docker context. */
export async function currentBuilder(environment: Environment): Promise<Place | undefined> {
  const chosen = variable(environment, 'BUILDX_BUILDER');
  if (chosen !== undefined) return await findBuilder(environment, chosen);
  const current = await readJson(environment, `${folder(environment)}/current`);
  const name = text(current?.['Name']);
  const key = await currentKey(environment);
  if (name !== undefined && (current?.['Global'] === true || current?.['Key'] === key)) {
    return await findBuilder(environment, name);
  }
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 20);
  const fallback = await environment.readText(`${folder(environment)}/defaults/${hash}`);
  return fallback === undefined ? undefined : await findBuilder(environment, fallback.trim());
}

/** Choices are kept by the docker endpoint that was current when they were made. */
async function currentKey(environment: Environment): Promise<string> {
  const context = await currentContext(environment);
  if (context !== defaultContext) return context;
  return dockerHost(environment)?.address ?? defaultDocker(environment).address;
}

/** Names of all builders. */
export async function builderNames(environment: Environment): Promise<readonly string[]> {
  return await environment.list(`${folder(environment)}/instances`);
}

function folder(environment: Environment): string {
  return variable(environment, 'BUILDX_CONFIG') ?? `${dockerFolder(environment)}/buildx`;
}

async function placeOf(environment: Environment, name: string, builder: Json): Promise<Place | undefined> {
  const origin = `buildx builder "${name}"`;
  const driver = text(builder['Driver']) ?? 'docker-container';
  const node = object(list(builder['Nodes'])[0]);
  const endpoint = text(node?.['Endpoint']) ?? '';
  const nodeName = text(node?.['Name']) ?? `${name}0`;
  const known = { origin, role: 'buildkit', node: `${text(builder['Name']) ?? name}/${nodeName}` } as const;
  switch (driver) {
    case 'remote': {
      const options = object(node?.['DriverOpts']) ?? {};
      const file = (key: string) => text(options[key]);
      const tls = { ca: file('cacert'), cert: file('cert'), key: file('key'), servername: file('servername') };
      const encrypted = Object.values(tls).some((value) => value !== undefined);
      return { address: endpoint, ...known, ...(encrypted ? { tls } : {}) };
    }
    case 'docker-container': {
      const docker = isAddress(endpoint)
        ? ({ address: endpoint, origin, role: 'docker' } as const)
        : await findContext(environment, endpoint === '' ? defaultContext : endpoint);
      const address = `docker-container://buildx_buildkit_${nodeName}`;
      return { address, ...known, docker: docker ?? defaultDocker(environment) };
    }
    case 'docker':
      return undefined;
    default:
      throw new UserError(
        'builder-unsupported',
        `The ${origin} uses the driver "${driver}", which cannot be reached yet.`,
        'Choose another one with "builder", e.g. the address of the pod: kube-pod://NAME?namespace=…',
      );
  }
}
