/** A BuildKit in a container, reached through the API of the Docker Engine that runs it. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Duplex } from 'node:stream';
import type { Abortable } from '../api.js';
import { UserError } from '../errors.js';
import { FilteredStream, type InboundFilter } from './filtered-stream.js';
import { ask, type HttpAnswer, upgrade } from './http.js';
import { object, text } from './json.js';
import type { Route } from './routes.js';

const readyAttempts = 40;
const readyPauseMs = 250;

/** Opens the engine in a container; starts the container when it stands still. */
export async function dialContainer(docker: Route, container: string, options: Abortable): Promise<Duplex> {
  const path = `/containers/${encodeURIComponent(container)}`;
  const made = await createExec(docker, path, ['buildctl', 'dial-stdio'], options);
  if (made.status !== 409) return await startExec(docker, container, made, options);
  const started = await ask(docker, { method: 'POST', path: `${path}/start`, ...options });
  if (started.status >= 400) throw refused(container, started);
  await ready(docker, path, options);
  return await startExec(
    docker,
    container,
    await createExec(docker, path, ['buildctl', 'dial-stdio'], options),
    options,
  );
}

async function createExec(docker: Route, path: string, command: readonly string[], options: Abortable) {
  const body = { AttachStdin: true, AttachStdout: true, AttachStderr: true, Cmd: command };
  return await ask(docker, { method: 'POST', path: `${path}/exec`, body, ...options });
}

async function startExec(docker: Route, container: string, made: HttpAnswer, options: Abortable): Promise<Duplex> {
  const id = idOf(made);
  if (id === undefined) throw refused(container, made);
  const body = { Detach: false, Tty: false };
  const upgraded = await upgrade(docker, { method: 'POST', path: `/exec/${id}/start`, body, ...options }, 'tcp');
  if ('answer' in upgraded) throw refused(container, upgraded.answer);
  return new FilteredStream(upgraded.stream, new Output());
}

/** A container that was just started may not listen yet. */
async function ready(docker: Route, path: string, options: Abortable): Promise<void> {
  for (let attempt = 0; attempt < readyAttempts; attempt++) {
    const id = idOf(await createExec(docker, path, ['buildctl', 'debug', 'workers'], options));
    if (id !== undefined) {
      await ask(docker, { method: 'POST', path: `/exec/${id}/start`, body: { Detach: false, Tty: true }, ...options });
      const state = await ask(docker, { method: 'GET', path: `/exec/${id}/json`, ...options });
      if (object(JSON.parse(state.body))?.['ExitCode'] === 0) return;
    }
    await pause(readyPauseMs, undefined, options.signal === undefined ? {} : { signal: options.signal });
  }
}

function idOf({ status, body }: HttpAnswer): string | undefined {
  return status === 201 ? text(object(JSON.parse(body))?.['Id']) : undefined;
}

function refused(container: string, { status, body }: HttpAnswer): UserError {
  if (status === 404) {
    const hint = 'Create it with "docker buildx inspect --bootstrap", or choose another one with "builder".';
    return new UserError('engine-unreachable', `There is no container "${container}" for the builder.`, hint);
  }
  return new UserError('engine-unreachable', `The container "${container}" cannot be entered: ${messageOf(body)}`);
}

function messageOf(body: string): string {
  try {
    return text(object(JSON.parse(body))?.['message']) ?? body.trim();
  } catch {
    return body.trim();
  }
}

const headerLength = 8;

/** Output and errors of a process in a container come in one stream, each piece behind a header of eight bytes. */
class Output implements InboundFilter {
  private rest: Buffer = Buffer.alloc(0);
  private said = '';

  take(chunk: Buffer): readonly Buffer[] {
    const out: Buffer[] = [];
    let bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    while (bytes.length >= headerLength) {
      const end = headerLength + bytes.readUInt32BE(4);
      if (end > bytes.length) break;
      const content = bytes.subarray(headerLength, end);
      if (bytes[0] === 1) out.push(content);
      else this.said = (this.said + content.toString('utf8')).slice(-2000);
      bytes = bytes.subarray(end);
    }
    this.rest = bytes;
    return out;
  }

  end(): Promise<Error | undefined> {
    return Promise.resolve(this.said === '' ? undefined : new Error(this.said.trim()));
  }
}
