/** The BuildKit inside a Docker Engine. */
import type { Duplex } from 'node:stream';
import type { Abortable } from '../api.js';
import { UserError } from '../errors.js';
import { ask, upgrade } from './http.js';
import { peek } from './peek.js';
import { object, text } from './json.js';
import type { Place } from './place.js';
import type { Route } from './routes.js';
import { systemCode } from '../system-code.js';

/** Engine 29.2, the first one whose API listener speaks HTTP/2 itself. */
const nativeApi = 53;
/** Engine 20.10, the first one whose BuildKit opens containers for its clients. */
const oldestApi = 41;

/** What a Docker Engine says of itself. */
export interface DockerVersion {
  readonly version: string;
  /** Minor number of API version 1. */
  readonly api: number;
  readonly os: string;
}

/** Asks who answers; undefined when it does not speak HTTP/1, as BuildKit itself. */
export async function askVersion(
  { role }: Pick<Place, 'role'>,
  route: Route,
  { signal }: Abortable,
): Promise<DockerVersion | undefined> {
  if (role === 'unknown' && (await peek(route, { signal })) === 'other') return undefined;
  const answer = await ask(route, { method: 'GET', path: '/version', signal }).catch(whenSilent);
  if (answer === undefined) return undefined;
  const json = answer.status === 200 ? object(parse(answer.body)) : undefined;
  const api = /^1\.(\d+)$/.exec(text(json?.['ApiVersion']) ?? '')?.[1];
  if (api === undefined) throw new NoEngineError(answer.status, answer.body);
  return { version: text(json?.['Version']) ?? '', api: Number(api), os: text(json?.['Os']) ?? '' };
}

/** Something answers HTTP, but is no engine. */
export class NoEngineError extends Error {
  override readonly name = 'NoEngineError';
  /** A server that wants TLS says so in words. */
  readonly wantsTls: boolean;
  constructor(
    readonly status: number,
    body: string,
  ) {
    super(`HTTP status ${status}: ${body.trim().slice(0, 200)}`);
    this.wantsTls = /HTTPS server/i.test(body);
  }
}

/** BuildKit closes a connection that does not begin with HTTP/2, or answers with it. */
function whenSilent(error: unknown): undefined {
  const code = systemCode(error);
  const connected = code === 'ECONNRESET' || code === 'EPIPE' || code.startsWith('HPE_');
  if (!connected) throw error;
  const raw = error instanceof Error && 'rawPacket' in error ? error.rawPacket : undefined;
  if (Buffer.isBuffer(raw) && raw[0] === 0x15 && raw[1] === 0x03) throw new NoEngineError(0, 'HTTPS server');
  return undefined;
}

/** Opens HTTP/2 to the BuildKit inside. */
export async function dialDocker(
  place: Place,
  route: Route,
  docker: DockerVersion,
  { signal }: Abortable,
): Promise<Duplex> {
  if (docker.os === 'windows') {
    const what = `The Docker Engine at ${place.address} builds Windows images and has no BuildKit.`;
    throw new UserError('engine-too-old', what, 'Switch it to Linux containers, or set "builder" to a BuildKit.');
  }
  if (docker.api < oldestApi) throw tooOld(place, docker);
  if (docker.api >= nativeApi) return await route.open({ signal, alpn: 'h2' });
  const upgraded = await upgrade(route, { method: 'POST', path: '/grpc', signal }, 'h2c');
  if ('stream' in upgraded) return upgraded.stream;
  throw new NoEngineError(upgraded.answer.status, upgraded.answer.body);
}

function tooOld({ address }: Place, { version }: DockerVersion): UserError {
  const what = `The Docker Engine ${version} at ${address} is too old.`;
  return new UserError(
    'engine-too-old',
    what,
    'Debugging needs Docker Engine 20.10 or newer, or BuildKit 0.8 or newer.',
  );
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
