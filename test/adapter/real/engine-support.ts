/** A build on a real engine, driven by the engine client itself. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  Build,
  BuildOptions,
  Engine,
  FrontendResult,
  SessionOptions,
} from '../../../debug-adapter/buildkit/api.js';
import { resolveEndpoint } from '../../../debug-adapter/buildkit/connect/resolve.js';
import { connectEngine } from '../../../debug-adapter/buildkit/engine.js';
import { EngineError } from '../../../debug-adapter/buildkit/errors.js';
import type { ExecOp, Mount } from '../../../debug-adapter/buildkit/gen/ops.js';
import { type Llb, type LlbVertex, readLlb } from '../../../debug-adapter/buildkit/llb.js';
import { engineAddress } from '../../support/environment/engines.js';

export type Kind = Parameters<typeof engineAddress>[0];

/** Names that no other run has, for engines that others use as well. */
export const unique = () => `t${randomUUID().replaceAll('-', '')}`;

export async function connectTo(kind: Kind): Promise<Engine> {
  return await connectEngine(await resolveEndpoint(engineAddress(kind)));
}

/** Everything of one build; ends with it. */
export interface Stage extends AsyncDisposable {
  readonly engine: Engine;
  readonly build: Build;
  readonly sessionId: string;
  /** The frontend's answer for the Dockerfile, and its graph. */
  frontend(opts?: Readonly<Record<string, string>>): Promise<{ readonly result: FrontendResult; readonly llb: Llb }>;
}

export async function stage(
  kind: Kind,
  dockerfile: string,
  options: Partial<BuildOptions> = {},
  session: Partial<SessionOptions> = {},
): Promise<Stage> {
  const engine = await connectTo(kind);
  const folder = await mkdtemp(join(tmpdir(), 'engine-'));
  await writeFile(join(folder, 'Dockerfile'), dockerfile);
  const { id } = await engine.openSession({
    locals: { dockerfile: { root: folder }, context: { root: folder } },
    secrets: [],
    ssh: [],
    exports: {},
    sharedKey: folder,
    dockerConfig: folder,
    ...session,
  });
  const build = await engine.startBuild({
    ref: unique(),
    sessionId: id,
    frontendAttrs: {},
    exporters: [],
    cacheImports: [],
    cacheExports: [],
    entitlements: [],
    ...options,
  });
  return {
    engine,
    build,
    sessionId: id,
    frontend: async (opts = {}) => {
      const result = await build.gateway.solveFrontend({ frontend: 'dockerfile.v0', opts });
      const [ref] = result.refs.values();
      if (ref === undefined) throw new Error('no ref');
      return { result, llb: readLlb(ref.definition) };
    },
    [Symbol.asyncDispose]: async () => {
      await build[Symbol.asyncDispose]();
      await engine[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

/** The vertex of the instruction on that line. */
export function vertexAt(llb: Llb, line: number): LlbVertex {
  const found = [...llb.vertices.values()].find(({ locations }) =>
    locations.some(({ startLine, endLine }) => startLine <= line && line <= endLine),
  );
  if (found === undefined) throw new Error(`no vertex on line ${line}`);
  return found;
}

export function execOf(vertex: LlbVertex): ExecOp {
  if (vertex.op.op?.$case !== 'exec') throw new Error(`${vertex.name} is no RUN`);
  return vertex.op.op.value;
}

/** The mounts of a step with what is to be in them. */
export function mountsWith(exec: ExecOp, ids: readonly string[]): Mount[] {
  return exec.mounts.map((mount, at) => ({ ...mount, resultID: ids[at] ?? '' }));
}

export async function failureOf(work: Promise<unknown>): Promise<EngineError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error('it succeeded');
}
