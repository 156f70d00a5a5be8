import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import type {
  Abortable,
  Container,
  ContainerRequest,
  Exporter,
  FrontendResult,
  Gateway,
  ImageOptions,
  ReadDirOptions,
} from './api.js';
import { openContainer } from './container.js';
import { solveMethod } from './definition-bytes.js';
import { type DirEntry, readingEntries } from './dir-entries.js';
import { EngineError, noDetails } from './errors.js';
import { type BuildScope, GatewayCalls, includePattern, onlyNamed, present, readInPieces } from './gateway-calls.js';
import type { Stat } from './gen/fsutil.js';
import { LLBBridgeService, type Result, type SolveRequest } from './gen/gateway.js';
import type { Definition, Platform } from './gen/ops.js';
import type { Status } from './gen/status.js';
import { stripSources } from './llb.js';
import { cacheEntry } from './session/content/store-id.js';

const readDir = readingEntries(LLBBridgeService.readDir);

const emptyRequest: SolveRequest = {
  Definition: undefined,
  Frontend: '',
  FrontendOpt: {},
  FrontendInputs: {},
  allowResultReturn: true,
  allowResultArrayRef: false,
  Evaluate: false,
  Final: false,
  ExporterAttr: new Uint8Array(),
  CacheImports: [],
};

/** Registering a build takes moments; a busy machine may need more. */
const pingMs = 30_000;

/** Gateway of one build. Calls may be made at once: the engine holds them until the build is registered. */
export class BuildGateway implements Gateway {
  capabilities: ReadonlySet<string> = new Set();
  /** Settles when the engine has registered the build. */
  readonly ready: Promise<void>;
  private readonly calls: GatewayCalls;
  private readonly cacheImports: readonly Exporter[];

  constructor(scope: BuildScope) {
    this.calls = new GatewayCalls(scope);
    this.cacheImports = scope.cacheImports;
    this.ready = new Promise<void>((resolve) => setImmediate(resolve)).then(() => this.ping());
    this.ready.catch(() => undefined);
  }

  private async ping(): Promise<void> {
    const signal = AbortSignal.timeout(pingMs);
    const pong = await this.calls.unary(LLBBridgeService.ping, {}, { signal }).catch((error: unknown) => {
      if (!signal.aborted || error instanceof EngineError) throw error;
      const text = `The engine did not start the build within ${pingMs / 1000} seconds.`;
      throw new EngineError('LLBBridge.Ping', status.DEADLINE_EXCEEDED, text, noDetails, { cause: error });
    });
    const all = [...pong.FrontendAPICaps, ...pong.LLBCaps];
    this.capabilities = new Set(all.filter((cap) => cap.Enabled).map((cap) => cap.ID));
  }

  async solveFrontend(
    request: Parameters<Gateway['solveFrontend']>[0],
    options: Abortable = {},
  ): Promise<FrontendResult> {
    // The frontend takes them as an option of its own; the field is for the engine.
    const caches = this.cacheImports.length === 0 ? {} : { 'cache-imports': JSON.stringify(this.cacheEntries()) };
    const result = await this.solveRequest(
      { Frontend: request.frontend, FrontendOpt: { ...caches, ...request.opts }, FrontendInputs: request.inputs ?? {} },
      options,
    );
    return fromResult(result);
  }

  async solve(definition: Definition, options: Abortable = {}): Promise<string> {
    await this.ready;
    const evaluates = this.capabilities.has('gateway.solve.evaluate');
    const ref = await this.solveDefinition(definition, evaluates, options);
    if (!evaluates) await this.evaluate(ref, options);
    return ref;
  }

  async prepare(definition: Definition, options: Abortable = {}): Promise<string> {
    return await this.solveDefinition(definition, false, options);
  }

  private async solveDefinition(definition: Definition, Evaluate: boolean, options: Abortable): Promise<string> {
    if (definition.def.length === 0) return '';
    const result = await this.solveRequest({ Definition: stripSources(definition), Evaluate }, options);
    return fromResult(result).refs.get('')?.id ?? '';
  }

  private async solveRequest(request: Partial<SolveRequest>, options: Abortable): Promise<Result> {
    const full: SolveRequest = {
      ...emptyRequest,
      ...request,
      // With it the engine answers definitions too: whoever has sent one need not get it back.
      allowResultArrayRef: request.Definition === undefined,
      CacheImports: this.cacheEntries(),
    };
    const { result, ref } = await this.calls.unary(solveMethod, full, options);
    return result ?? { result: { $case: 'refDeprecated', value: ref }, metadata: {}, attestations: {} };
  }

  private cacheEntries() {
    return this.cacheImports.map(cacheEntry);
  }

  async evaluate(ref: string, options: Abortable = {}): Promise<void> {
    if (ref === '') return;
    await this.ready;
    if (this.capabilities.has('gateway.evaluate')) {
      await this.calls.unary(LLBBridgeService.evaluate, { Ref: ref }, options);
    } else {
      await this.calls.unary(LLBBridgeService.statFile, { Ref: ref, Path: '.', MountIndex: 0 }, options);
    }
  }

  async readDir(ref: string, path: string, options: ReadDirOptions = {}): Promise<readonly DirEntry[]> {
    const request = { Ref: ref, DirPath: path, IncludePattern: includePattern(options.only), MountIndex: 0 };
    const { entries } = await this.calls.unary(readDir, request, { ...options, ofFiles: true });
    return onlyNamed(entries, options.only);
  }

  async statFile(ref: string, path: string, options: Abortable = {}): Promise<Stat> {
    const request = { Ref: ref, Path: path, MountIndex: 0 };
    return present(
      (await this.calls.unary(LLBBridgeService.statFile, request, { ...options, ofFiles: true })).stat,
      path,
    );
  }

  async readFile(
    ref: string,
    path: string,
    range: { readonly offset: number; readonly length: number },
    options: Abortable = {},
  ): Promise<Uint8Array> {
    return await readInPieces(range, async (Range) => {
      const request = { Ref: ref, FilePath: path, Range, MountIndex: 0 };
      return (await this.calls.unary(LLBBridgeService.readFile, request, { ...options, ofFiles: true })).Data;
    });
  }

  async resolveImageConfig(ref: string, platform: Platform | undefined, options: ImageOptions = {}) {
    const { layout } = options;
    const request = {
      Ref: ref,
      Platform: platform,
      ResolveMode: 'default',
      LogName: '',
      ResolverType: layout === undefined ? 0 : 1,
      SessionID: layout?.session ?? '',
      StoreID: layout?.store ?? '',
      SourcePolicies: [],
    };
    const answer = await this.calls.unary(LLBBridgeService.resolveImageConfig, request, options);
    return { digest: answer.Digest, config: answer.Config };
  }

  async newContainer(request: ContainerRequest, options: Abortable = {}): Promise<Container> {
    await this.ready;
    return await openContainer(this.calls, this.capabilities, randomUUID().replaceAll('-', ''), request, options);
  }

  /** Ends the build with a result; an answer with neither result nor error crashes old engines. */
  async return(result: Result): Promise<void> {
    await this.calls.unary(LLBBridgeService.return, { result, error: undefined });
  }

  /** Ends the build with an error, which the engine then has for the answer to the build. */
  async returnError(message: string): Promise<void> {
    const error: Status = { code: status.CANCELLED, message, details: [] };
    await this.calls.unary(LLBBridgeService.return, { result: undefined, error });
  }
}

function fromResult({ result, metadata, attestations }: Result): FrontendResult {
  const shape = { metadata: new Map(Object.entries(metadata)), attestations };
  const nothing: Definition = { def: [], metadata: {}, Source: undefined };
  const single = (id: string, definition = nothing) => ({
    ...shape,
    multiple: false,
    refs: new Map([['', { id, definition }]]),
  });
  switch (result?.$case) {
    case 'ref':
      return single(result.value.id, result.value.def);
    case 'refs': {
      const refs = Object.entries(result.value.refs).map(
        ([key, { id, def }]) => [key, { id, definition: def ?? nothing }] as const,
      );
      return { ...shape, multiple: true, refs: new Map(refs) };
    }
    case 'refDeprecated':
      return single(result.value);
    case 'refsDeprecated': {
      const refs = Object.entries(result.value.refs).map(([key, id]) => [key, { id, definition: nothing }] as const);
      return { ...shape, multiple: true, refs: new Map(refs) };
    }
    case undefined:
      return single('');
  }
}

/** The same answer in the engine's words. */
export function toResult({ refs, multiple, metadata, attestations }: FrontendResult): Result {
  const ids = [...refs].map(([key, { id }]) => [key, { id, def: undefined }] as const);
  return {
    result: multiple
      ? { $case: 'refs', value: { refs: Object.fromEntries(ids) } }
      : { $case: 'ref', value: { id: refs.get('')?.id ?? '', def: undefined } },
    metadata: Object.fromEntries(metadata),
    attestations: { ...attestations },
  };
}
