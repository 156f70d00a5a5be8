/** Ways to open a byte stream, by the scheme of an address. A new scheme is a new line in the table below. */
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { UserError } from '../errors.js';
import { reasonOf } from '../rpc/calls.js';
import { runAsStream } from './command.js';
import type { Place, TlsFiles } from './place.js';

/** Opens byte streams to one place. */
export interface Route {
  readonly authority: string;
  open(options: OpenOptions): Promise<Duplex>;
}

export interface OpenOptions {
  readonly signal?: AbortSignal | undefined;
  /** Offered when the stream is encrypted. */
  readonly alpn?: 'h2';
}

const connectMs = 15_000;

/** The route to a place that needs no other engine to get there. */
export function routeTo(place: Place): Route {
  const scheme = /^([^:]*):/.exec(place.address)?.[1]?.toLowerCase() ?? '';
  const make = schemes[scheme];
  if (make !== undefined) return make(place, urlOf(place));
  const known = [...Object.keys(schemes), 'docker-container'].map((name) => `${name}://`).join(', ');
  throw new UserError(
    'address-unsupported',
    `${place.address} (${place.origin}) cannot be reached: "${scheme}" is not a way to an engine.`,
    `Known are ${known}.`,
  );
}

function urlOf({ address, origin }: Place): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url !== undefined) return url;
  throw new UserError('address-invalid', `"${address}" (${origin}) is not an address.`, 'Write e.g. tcp://host:1234.');
}

const schemes: Readonly<Record<string, (place: Place, url: URL) => Route>> = {
  unix: ({ address }) => local(address.slice('unix://'.length)),
  npipe: ({ address }) => local(address.slice('npipe://'.length).replaceAll('/', '\\')),
  tcp: remote,
  ssh: ({ role }, url) => command('ssh', sshArguments(url, role)),
  'podman-container': (_, url) => command('podman', ['exec', '-i', url.hostname, ...dialStdio]),
  'nerdctl-container': (_, url) => command('nerdctl', ['exec', '-i', url.hostname, ...dialStdio]),
  'kube-pod': (_, url) => command('kubectl', kubectlArguments(url)),
};

const dialStdio = ['buildctl', 'dial-stdio'];

function command(program: string, args: readonly string[]): Route {
  return { authority: 'localhost', open: async () => await runAsStream(program, args) };
}

function sshArguments(url: URL, role: Place['role']): string[] {
  const user = url.username === '' ? [] : ['-l', decodeURIComponent(url.username)];
  const port = url.port === '' ? [] : ['-p', url.port];
  const path = url.pathname === '/' ? '' : url.pathname;
  const buildctl = path === '' ? dialStdio : ['buildctl', '--addr', `unix://${path}`, 'dial-stdio'];
  const docker = ['docker', ...(path === '' ? [] : [`--host=unix://${path}`]), 'system', 'dial-stdio'];
  // Nobody can type a password or confirm a host here.
  return [
    '-T',
    '-o',
    'BatchMode=yes',
    ...user,
    ...port,
    '--',
    url.hostname,
    ...(role === 'docker' ? docker : buildctl),
  ];
}

function kubectlArguments(url: URL): string[] {
  const flags = ['context', 'namespace'].flatMap((name) => {
    const value = url.searchParams.get(name);
    return value === null ? [] : [`--${name}=${value}`];
  });
  const container = url.searchParams.get('container');
  const exec = ['exec', ...(container === null ? [] : [`--container=${container}`]), '-i', url.hostname];
  return [...flags, ...exec, '--', ...dialStdio];
}

function local(path: string): Route {
  return { authority: 'localhost', open: async ({ signal }) => await connected(connect(path), 'connect', signal) };
}

function remote({ tls, role }: Place, url: URL): Route {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const usual = role === 'docker' ? 2375 : 1234;
  const port = url.port === '' ? usual + (tls === undefined ? 0 : 1) : Number(url.port);
  const open = async ({ signal, alpn }: OpenOptions) => {
    const socket =
      tls === undefined
        ? await connected(connect({ host, port }), 'connect', signal)
        : await connected(await encrypted(host, port, tls, alpn), 'secureConnect', signal);
    socket.setNoDelay(true);
    // Finds out about a peer that is gone; engines do not like pings on a higher level.
    socket.setKeepAlive(true, 30_000);
    return socket;
  };
  return { authority: tls?.servername ?? url.hostname, open };
}

async function encrypted(host: string, port: number, files: TlsFiles, alpn: 'h2' | undefined): Promise<TLSSocket> {
  const [ca, cert, key] = await Promise.all([pem(files.ca), pem(files.cert), pem(files.key)]);
  return connectTls({
    host,
    port,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(/^[\d.]+$|:/.test(files.servername ?? host) ? {} : { servername: files.servername ?? host }),
    ...(alpn === undefined ? {} : { ALPNProtocols: [alpn] }),
    rejectUnauthorized: files.trustAll !== true,
  });
}

async function pem(path: string | undefined): Promise<Buffer | undefined> {
  if (path === undefined) return undefined;
  return await readFile(path).catch((cause: unknown) => {
    throw new UserError('certificate-missing', `The certificate file ${path} cannot be read.`, '', undefined, {
      cause,
    });
  });
}

async function connected<S extends Socket>(socket: S, event: string, signal: AbortSignal | undefined): Promise<S> {
  return await new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      clear();
      socket.destroy();
      reject(error);
    };
    const abort = () => fail(signal === undefined ? new Error('aborted') : reasonOf(signal));
    const timer = setTimeout(() => fail(new Error(`no answer within ${connectMs / 1000} seconds`)), connectMs);
    const clear = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      socket.off('error', fail);
    };
    socket.once('error', fail);
    socket.once(event, () => {
      clear();
      resolve(socket);
    });
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted === true) abort();
  });
}
