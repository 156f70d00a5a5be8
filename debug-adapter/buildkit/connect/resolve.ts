import type { Abortable, Endpoint } from '../api.js';
import { UserError } from '../errors.js';
import { askVersion, dialDocker } from './docker.js';
import { dialContainer } from './docker-exec.js';
import { type Environment, systemEnvironment } from './environment.js';
import { explainFailure } from './failures.js';
import { locate } from './locate.js';
import type { Place, TlsFiles } from './place.js';
import { routeTo } from './routes.js';
import { systemCode } from '../system-code.js';

/** How to look for an engine. */
export interface ResolveOptions extends Abortable {
  /** For `tcp://` addresses that are given by hand. */
  readonly tls?: TlsFiles;
}

/**
 * Finds the engine that a name, an address, or nothing at all stands for, and sees who answers there.
 *
 * @param builder name of a buildx builder or docker context, or an address; undefined for the one in use
 * @throws UserError `builder-unknown`, `engine-unreachable`, `engine-too-old` …
 */
export async function resolveEndpoint(
  builder: string | undefined,
  environment: Environment = systemEnvironment(),
  { tls, signal }: ResolveOptions = {},
): Promise<Endpoint> {
  const places = await locate(builder, environment, tls);
  const failures: { readonly place: Place; readonly error: Error }[] = [];
  for (const place of places) {
    try {
      const endpoint = await endpointAt(place, { signal });
      if (places.length > 1) await knock(endpoint, { signal });
      return endpoint;
    } catch (error) {
      if (signal?.aborted === true) throw error;
      failures.push({ place, error: explainFailure(place, error) });
    }
  }
  throw unreachable(failures);
}

async function endpointAt(place: Place, options: Abortable): Promise<Endpoint> {
  const { address, origin, node } = place;
  const known = { address, origin, ...(node !== undefined && { node }) };
  if (place.docker !== undefined) {
    const container = new URL(address).hostname;
    const docker = routeTo(place.docker);
    const dial = async (dialOptions: Abortable) => await dialContainer(docker, container, dialOptions);
    return { ...known, kind: 'buildkitd', authority: 'localhost', dial };
  }
  const route = routeTo(place);
  const docker = place.role === 'buildkit' ? undefined : await askVersion(place, route, options);
  const dial =
    docker === undefined
      ? async ({ signal }: Abortable) => await route.open({ signal, alpn: 'h2' })
      : async (dialOptions: Abortable) => await dialDocker(place, route, docker, dialOptions);
  return { ...known, kind: docker === undefined ? 'buildkitd' : 'docker', authority: route.authority, dial };
}

/** Whether somebody listens; only asked when there is a choice, as some ways take seconds. */
async function knock(endpoint: Endpoint, options: Abortable): Promise<void> {
  const stream = await endpoint.dial(options);
  stream.on('error', () => undefined);
  stream.destroy();
}

/** With several candidates: what stands at each. The one that exists but refuses tells the most. */
function unreachable(failures: readonly { readonly place: Place; readonly error: Error }[]): Error {
  const [first] = failures;
  if (first !== undefined && failures.length === 1) return first.error;
  const telling = failures.find(({ error }) => !(error.cause instanceof Error && isMissing(error.cause)));
  if (telling !== undefined) return telling.error;
  const tried = failures.map(({ place }) => place.address).join(', ');
  const hint = 'Start buildkitd or Docker, or say where it is with "builder" or BUILDKIT_HOST.';
  return new UserError('engine-unreachable', `No BuildKit was found. Tried: ${tried}.`, hint);
}

function isMissing(error: Error): boolean {
  return systemCode(error) === 'ENOENT';
}
