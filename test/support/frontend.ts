/**
 * The engine's own Dockerfile frontend as an oracle: a text in, the graph and the image config out. Nothing is built, and
 * no registry is asked: images are named contexts whose configs the test writes.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import type { Engine, Session } from '../../debug-adapter/buildkit/api.js';
import { resolveEndpoint } from '../../debug-adapter/buildkit/connect/resolve.js';
import { connectEngine } from '../../debug-adapter/buildkit/engine.js';
import { EngineError } from '../../debug-adapter/buildkit/errors.js';
import { type Llb, readLlb } from '../../debug-adapter/buildkit/llb.js';
import { scratchFiles } from '../../debug-adapter/buildkit/llb-make.js';

/** What to ask the frontend. */
export interface Question {
  readonly text: string;
  readonly attrs?: Readonly<Record<string, string>>;
  /** Image configs by the name that FROM uses. */
  readonly images?: Readonly<Record<string, unknown>>;
}

export type Answer =
  | { readonly ok: true; readonly llb: Llb; readonly config: unknown }
  | { readonly ok: false; readonly error: EngineError };

export interface Frontend extends AsyncDisposable {
  readonly engine: Engine;
  ask(question: Question): Promise<Answer>;
}

/** Connects to the engine of the environment. */
export async function openFrontend(address?: string): Promise<Frontend> {
  const engine = await connectEngine(await resolveEndpoint(address));
  const folder = await mkdtemp(join(tmpdir(), 'frontend-'));
  const session = await engine.openSession({
    locals: { dockerfile: { root: folder }, context: { root: folder } },
    secrets: [],
    ssh: [],
    exports: {},
    sharedKey: folder,
    dockerConfig: folder,
  });
  let count = 0;
  return {
    engine,
    ask: async (question) => {
      count += 1;
      const filename = `Dockerfile.${count}`;
      await writeFile(join(folder, filename), question.text);
      return await ask(engine, session, filename, question);
    },
    [Symbol.asyncDispose]: async () => {
      await session[Symbol.asyncDispose]();
      await engine[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

async function ask(engine: Engine, session: Session, filename: string, question: Question): Promise<Answer> {
  const options = { exporters: [], cacheImports: [], cacheExports: [], entitlements: [] };
  const build = await engine.startBuild({ ...options, ref: randomUUID(), sessionId: session.id, frontendAttrs: {} });
  try {
    const opts = { filename, ...contexts(question.images ?? {}), ...question.attrs };
    const inputs = Object.fromEntries(
      Object.keys(question.images ?? {}).map((name) => [`image-${name}`, rootOf(name)]),
    );
    const result = await build.gateway.solveFrontend({ frontend: 'dockerfile.v0', opts, inputs });
    const definition = result.refs.get('')?.definition ?? [...result.refs.values()][0]?.definition;
    const config = result.metadata.get('containerimage.config');
    if (definition === undefined || config === undefined) throw new Error('The frontend answered nothing.');
    return { ok: true, llb: readLlb(definition), config: JSON.parse(Buffer.from(config).toString()) };
  } catch (error) {
    if (error instanceof EngineError) return { ok: false, error };
    throw error;
  } finally {
    await build.cancel();
  }
}

function rootOf(name: string): ReturnType<typeof scratchFiles> {
  return scratchFiles([{ path: '/image', content: new TextEncoder().encode(name), mode: 0o644 }]);
}

function contexts(images: Readonly<Record<string, unknown>>): Record<string, string> {
  const attrs: Record<string, string> = {};
  for (const [name, config] of Object.entries(images)) {
    const bytes = Buffer.from(JSON.stringify(config)).toString('base64');
    attrs[`context:${name}`] = `input:image-${name}`;
    attrs[`input-metadata:image-${name}`] = JSON.stringify({ 'containerimage.config': bytes });
  }
  return attrs;
}
