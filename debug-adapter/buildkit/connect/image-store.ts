/** The Docker Engine whose images a user sees with `docker images`, for builds that another engine does. */
import type { Abortable } from '../api.js';
import { UserError } from '../errors.js';
import { askVersion } from './docker.js';
import { currentContext, findContext } from './docker-contexts.js';
import type { Environment } from './environment.js';
import { ask, type HttpAnswer, post } from './http.js';
import { object, text } from './json.js';
import type { Place } from './place.js';
import { type Route, routeTo } from './routes.js';
import { wellKnownPlaces } from './sockets.js';

/** Takes images as archives. */
export interface ImageStore {
  readonly address: string;
  /** Whether it takes OCI archives, with several platforms and attestations; else only `docker save`'s own. */
  readonly takesOci: boolean;
  /** Loads an archive; gives what the engine says about it, e.g. `Loaded image: app:1`. */
  load(archive: AsyncIterable<Uint8Array>): Promise<string>;
}

/** Finds the engine of DOCKER_HOST, of the current context, or at a well-known socket. */
export async function findImageStore(environment: Environment, options: Abortable): Promise<ImageStore> {
  const chosen = await findContext(environment, await currentContext(environment));
  const places = chosen === undefined ? wellKnownPlaces(environment).filter(isDocker) : [chosen];
  for (const place of places) {
    const route = routeTo(place);
    const docker = await askVersion(place, route, options).catch((error: unknown) => {
      options.signal?.throwIfAborted();
      if (chosen === undefined) return undefined;
      throw missing(
        `The Docker Engine at ${place.address} (${place.origin}) does not answer: ${wordsOf(error)}`,
        error,
      );
    });
    if (docker !== undefined) return await storeAt(place, route, options);
  }
  throw missing(`No Docker Engine was found at ${places.map(({ address }) => address).join(', ')}.`);
}

function isDocker({ role }: Place): boolean {
  return role === 'docker';
}

function missing(what: string, cause?: unknown): UserError {
  const hint =
    'Start Docker or set DOCKER_HOST, or leave "load" out and set "outputs", e.g. ["type=docker,dest=image.tar"].';
  return new UserError('load-unavailable', `The image cannot be loaded into Docker. ${what}`, hint, undefined, {
    cause,
  });
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function storeAt({ address }: Place, route: Route, options: Abortable): Promise<ImageStore> {
  const info = await ask(route, { method: 'GET', path: '/info', ...options });
  const status = info.status === 200 ? object(JSON.parse(info.body))?.['DriverStatus'] : undefined;
  const rows: readonly unknown[] = Array.isArray(status) ? status : [];
  const takesOci = rows.some((row) => Array.isArray(row) && row[1] === 'io.containerd.snapshotter.v1');
  return {
    address,
    takesOci,
    async load(archive) {
      const answer = await post(route, { path: '/images/load?quiet=1', type: 'application/x-tar', chunks: archive });
      return whatItSaid(answer, address);
    },
  };
}

/** The answer is a line of JSON for each thing that happened; an error comes with status 200 too. */
function whatItSaid({ status, body }: HttpAnswer, address: string): string {
  const lines = body.split('\n').flatMap((line) => (line.trim() === '' ? [] : [object(JSON.parse(line))]));
  const error = lines
    .map((line) => text(line?.['error']) ?? text(line?.['message']))
    .find((line) => line !== undefined);
  if (status < 400 && error === undefined) return lines.map((line) => text(line?.['stream']) ?? '').join('');
  throw new UserError(
    'load-failed',
    `The Docker Engine at ${address} did not take the image: ${error ?? `status ${status}`}`,
  );
}
