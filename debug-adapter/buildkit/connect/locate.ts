import { UserError } from '../errors.js';
import { builderNames, currentBuilder, findBuilder } from './buildx.js';
import { contextNames, currentContext, defaultContext, dockerHost, findContext } from './docker-contexts.js';
import { type Environment, variable } from './environment.js';
import { nearest } from '../../patterns/nearest.js';
import { isAddress, type Place, type TlsFiles } from './place.js';
import { defaultDocker, wellKnownPlaces } from './sockets.js';

/**
 * Places where the engine may be. One when somebody has chosen it, else the well-known sockets, the likeliest first.
 *
 * @param builder name of a buildx builder or docker context, an address, or undefined for the one in use
 */
export async function locate(
  builder: string | undefined,
  environment: Environment,
  tls?: TlsFiles,
): Promise<readonly Place[]> {
  if (builder !== undefined && builder !== '') return [await chosen(builder, environment, tls)];
  const host = variable(environment, 'BUILDKIT_HOST');
  if (host !== undefined) return [await atAddress(host, 'BUILDKIT_HOST', environment, tls)];
  const current = await currentBuilder(environment);
  if (current !== undefined) return [current];
  const context = await currentContext(environment);
  const docker = await findContext(environment, context);
  if (docker !== undefined) return [docker];
  if (context !== defaultContext) throw await unknown(context, environment);
  return wellKnownPlaces(environment);
}

async function chosen(builder: string, environment: Environment, tls: TlsFiles | undefined): Promise<Place> {
  if (isAddress(builder)) return await atAddress(builder, '"builder"', environment, tls);
  const found = (await findBuilder(environment, builder)) ?? (await findContext(environment, builder));
  if (found !== undefined) return found;
  if (builder === defaultContext) return defaultDocker(environment);
  throw await unknown(builder, environment);
}

async function unknown(name: string, environment: Environment): Promise<UserError> {
  const names = [...(await builderNames(environment)), ...(await contextNames(environment)), defaultContext];
  const close = nearest(name, names);
  return new UserError(
    'builder-unknown',
    `There is no builder or docker context "${name}".`,
    close === undefined ? `Known are: ${names.join(', ')}.` : `Did you mean "${close}"?`,
  );
}

async function atAddress(
  address: string,
  origin: string,
  environment: Environment,
  tls: TlsFiles | undefined,
): Promise<Place> {
  const [, scheme = ''] = /^([^:]*):/.exec(address) ?? [];
  switch (scheme.toLowerCase()) {
    case 'docker-container': {
      const context = new URL(address).searchParams.get('context') ?? (await currentContext(environment));
      const docker = (await findContext(environment, context)) ?? dockerHost(environment);
      if (docker === undefined && context !== defaultContext) throw await unknown(context, environment);
      return { address, origin, role: 'buildkit', docker: docker ?? defaultDocker(environment) };
    }
    case 'tcp': {
      const files = tls ?? (await tlsFolder(environment));
      return { address, origin, role: 'unknown', ...(files === undefined ? {} : { tls: files }) };
    }
    case 'unix':
    case 'npipe':
      // A socket that is named after BuildKit need not be asked whether Docker listens there.
      return { address, origin, role: /buildkit[^/]*$/i.test(address) ? 'buildkit' : 'unknown' };
    default:
      return { address, origin, role: 'buildkit' };
  }
}

/** BUILDKIT_TLS_DIR is for us what `--tlsdir` is for buildctl. */
async function tlsFolder(environment: Environment): Promise<TlsFiles | undefined> {
  const folder = variable(environment, 'BUILDKIT_TLS_DIR');
  if (folder === undefined) return undefined;
  const names = await environment.list(folder);
  const path = (...candidates: string[]) => {
    const name = candidates.find((candidate) => names.includes(candidate));
    return name === undefined ? undefined : `${folder}/${name}`;
  };
  return {
    ca: path('ca.pem', 'ca.crt'),
    cert: path('cert.pem', 'tls.crt'),
    key: path('key.pem', 'tls.key'),
    servername: variable(environment, 'BUILDKIT_TLS_SERVERNAME'),
  };
}
