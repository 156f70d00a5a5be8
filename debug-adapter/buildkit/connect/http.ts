/** Single HTTP/1.1 requests on streams of a route, as the Docker Engine's API needs them. */
import { type IncomingMessage, request } from 'node:http';
import { type Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Route } from './routes.js';

const bodyLimit = 1024 * 1024;

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** Asks and reads the whole answer. */
export async function ask(route: Route, question: HttpRequest): Promise<HttpAnswer> {
  const answer = await send(route, question, { Connection: 'close' });
  return { status: answer.message.statusCode ?? 0, body: await read(answer.message) };
}

/** Turns the connection into a stream of another protocol; the answer if the other side does not want to. */
export async function upgrade(
  route: Route,
  question: HttpRequest,
  protocol: string,
): Promise<{ readonly stream: Duplex } | { readonly answer: HttpAnswer }> {
  const { message, stream } = await send(route, question, { Connection: 'Upgrade', Upgrade: protocol });
  if (stream !== undefined) return { stream };
  return { answer: { status: message.statusCode ?? 0, body: await read(message) } };
}

/** Sends what may be large, and reads the whole answer; an answer in the middle ends the sending. */
export async function post(
  route: Route,
  { path, type, chunks }: { readonly path: string; readonly type: string; readonly chunks: AsyncIterable<Uint8Array> },
): Promise<HttpAnswer> {
  const socket = await route.open({});
  const headers = { Host: route.authority, 'Content-Type': type, Connection: 'close' };
  const outgoing = request({ method: 'POST', path, createConnection: () => socket, headers });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve);
    outgoing.once('error', reject);
  });
  try {
    await Promise.race([answered, Promise.all([answered, pipeline(Readable.from(chunks), outgoing)])]);
    const message = await answered;
    return { status: message.statusCode ?? 0, body: await read(message) };
  } finally {
    socket.destroy();
  }
}

async function send(
  route: Route,
  { method, path, body, signal }: HttpRequest,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly message: IncomingMessage; readonly stream?: Duplex }> {
  const socket = await route.open({ signal });
  return await new Promise((resolve, reject) => {
    const content = body === undefined ? '' : JSON.stringify(body);
    const outgoing = request({
      method,
      path,
      createConnection: () => socket,
      headers: {
        Host: route.authority,
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(content),
        ...headers,
      },
      ...(signal === undefined ? {} : { signal }),
    });
    outgoing.once('error', (error) => {
      socket.destroy();
      reject(error);
    });
    outgoing.once('response', (message) => resolve({ message }));
    outgoing.once('upgrade', (message: IncomingMessage, _: Duplex, head: Buffer) => {
      // The first bytes of the new protocol may have come with the answer.
      if (head.length > 0) socket.unshift(head);
      resolve({ message, stream: socket });
    });
    outgoing.end(content);
  });
}

async function read(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message) {
    if (!Buffer.isBuffer(chunk)) continue;
    chunks.push(chunk);
    length += chunk.length;
    if (length > bodyLimit) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}
