/** Builds that show what arrived of a context: sent by our session or by the engine's own command. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unpackTar } from 'modern-tar';
import type { Engine, SessionOptions } from '../../../debug-adapter/buildkit/api.js';
import { engineAddress, setting } from '../../support/environment/engines.js';
import { missing } from '../../support/environment/missing.js';
import { unique } from './engine-support.js';

/** A folder of its own, removed afterwards. */
export interface Folder extends AsyncDisposable {
  readonly path: string;
  at(...parts: readonly string[]): string;
}

export async function folder(): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'file-sync-'));
  return {
    path,
    at: (...parts) => join(path, ...parts),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

/** Writes files, folders being made on the way. */
export async function files(root: string, contents: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(contents)) {
    await mkdir(join(root, name, '..'), { recursive: true });
    await writeFile(join(root, name), content);
  }
}

export function sessionOptions(options: Partial<SessionOptions>): SessionOptions {
  return {
    locals: {},
    secrets: [],
    ssh: [],
    exports: {},
    sharedKey: unique(),
    dockerConfig: '/no-such-folder',
    ...options,
  };
}

export interface BuildRequest {
  readonly context: string;
  readonly dockerfile: string;
  readonly opts?: Readonly<Record<string, string>>;
  readonly session?: Partial<SessionOptions>;
  readonly exporter?: { readonly type: string; readonly attrs: Readonly<Record<string, string>> };
}

/** Builds with our session and exports. */
export async function build(engine: Engine, request: BuildRequest): Promise<void> {
  await using recipe = await folder();
  await writeFile(recipe.at('Dockerfile'), request.dockerfile);
  const locals = { context: { root: request.context }, dockerfile: { root: recipe.path } };
  const session = await engine.openSession(sessionOptions({ locals, ...request.session }));
  try {
    await using running = await engine.startBuild({
      ref: unique(),
      sessionId: session.id,
      frontendAttrs: {},
      exporters: request.exporter === undefined ? [] : [request.exporter],
      cacheImports: [],
      cacheExports: [],
      entitlements: [],
    });
    const opts = { 'no-cache': '', ...request.opts };
    const result = await running.gateway.solveFrontend({ frontend: 'dockerfile.v0', opts });
    for (const { id } of result.refs.values()) if (id !== '') await running.gateway.evaluate(id);
    await running.finish(result);
  } finally {
    await session[Symbol.asyncDispose]();
  }
}

/** What is in the image: one line for each entry. */
export async function listing(engine: Engine, request: BuildRequest): Promise<Map<string, string>> {
  await using out = await folder();
  const exports = { 0: { kind: 'file' as const, path: out.at('out.tar') } };
  await build(engine, {
    ...request,
    exporter: { type: 'tar', attrs: {} },
    session: { ...request.session, exports },
  });
  return await entries(out.at('out.tar'));
}

/** The same, sent and built by `buildctl`; the error's text when it fails. */
export async function reference(request: BuildRequest): Promise<Map<string, string> | string> {
  await using out = await folder();
  await writeFile(out.at('Dockerfile'), request.dockerfile);
  const buildctl =
    setting('DFD_TEST_BUILDCTL') ?? missing('buildctl', 'node scripts/environment.mjs up buildctl', 'true');
  const local = ['--local', `context=${request.context}`, '--local', `dockerfile=${out.path}`];
  const args = ['--addr', engineAddress('buildkitd'), 'build', '--frontend', 'dockerfile.v0', '--no-cache', ...local];
  try {
    await promisify(execFile)(buildctl, [...args, '--output', `type=tar,dest=${out.at('out.tar')}`]);
  } catch (error) {
    const { stderr } = error as { readonly stderr: string };
    return /error: (.*)/.exec(stderr)?.[1] ?? stderr;
  }
  return await entries(out.at('out.tar'));
}

/** The words with which the reference fails. */
export async function referenceError(request: BuildRequest): Promise<string> {
  const result = await reference(request);
  if (typeof result !== 'string') throw new Error('it succeeded');
  return result;
}

async function entries(tar: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const { header, data } of await unpackTar(await readFile(tar))) {
    const { type, mode, uid, gid, size, mtime, linkname } = header;
    const hash = data === undefined ? '' : createHash('sha256').update(data).digest('hex').slice(0, 12);
    // Times of folders that COPY makes are the time of the build.
    const time = type === 'directory' ? '' : String((mtime?.getTime() ?? 0) / 1000);
    const text = [type, (mode ?? 0).toString(8), `${uid}:${gid}`, size, time, linkname ?? '', hash].join(' ');
    found.set(header.name, text);
  }
  return found;
}
