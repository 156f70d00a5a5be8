/** Typed details that BuildKit attaches to errors: a google.rpc.Status whose details hold JSON text. */
import type { ErrorDetails, FailureState } from '../errors.js';
import { Status } from '../gen/status.js';

type Json = Readonly<Record<string, unknown>>;

interface Detail {
  readonly type: string;
  readonly value: Json;
}

/**
 * Reads `grpc-status-details-bin`.
 *
 * @param status the serialized google.rpc.Status, if the engine sent one
 * @param message the error's text: engines before 0.10 tell the exit code only there
 */
export function parseDetails(status: Uint8Array | undefined, message: string): ErrorDetails {
  return fromDetails(status === undefined ? [] : readDetails(status), message);
}

function fromDetails(details: readonly Detail[], message: string): ErrorDetails {
  const values = (type: string): Json[] => details.filter((detail) => detail.type === type).map(({ value }) => value);
  const vertex = text(values('errdefs.Vertex')[0]?.['digest']);
  const failure = values('errdefs.Solve')
    .map(readFailure)
    .find((found) => found !== undefined);
  const exitCode = readExitCode(values('gatewayapi.ExitMessage')[0], message);
  return {
    sources: values('errdefs.Source').flatMap(readSource),
    ...(vertex === undefined || vertex === '' ? {} : { vertex }),
    ...(failure === undefined ? {} : { failure }),
    ...(exitCode === undefined ? {} : { exitCode }),
  };
}

/** What is read of an error; stacks of the engine's own code are long, and nobody's business here. */
const read = /errdefs\.(?:Vertex|Solve|Source)\+json$|gatewayapi\.ExitMessage\+json$/;
/** Each comes with the whole Dockerfile, and a step that many stages share has many. */
const mostSources = 32;

function readDetails(status: Uint8Array): Detail[] {
  let sources = 0;
  try {
    const { details } = Status.decode(status);
    return details
      .filter(({ typeUrl }) => read.test(typeUrl) && (!typeUrl.includes('.Source') || ++sources <= mostSources))
      .flatMap(toDetail);
  } catch {
    // Details are an extra: an engine that sends something else has none for us.
    return [];
  }
}

/** `github.com/moby/buildkit/errdefs.Vertex+json` → `errdefs.Vertex` */
function toDetail(any: { readonly typeUrl: string; readonly value: Uint8Array }): Detail[] {
  const type = /([^/]*)\+json$/.exec(any.typeUrl)?.[1];
  if (type === undefined) return [];
  const value = parseJson(Buffer.from(any.value).toString('utf8'));
  return value === undefined ? [] : [{ type, value }];
}

function parseJson(json: string): Json | undefined {
  try {
    return object(JSON.parse(json));
  } catch {
    return undefined;
  }
}

function readExitCode(exit: Json | undefined, message: string): number | undefined {
  const code = exit?.['Code'] ?? exit?.['code'];
  if (exit !== undefined) return typeof code === 'number' ? code : 0;
  const match = /(?:^executor failed running|did not complete successfully).*exit code: (\d+)/s.exec(message);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** One span from the first to the last line; engines before 0.11 write keys with capitals. */
function readSource(source: Json): ErrorDetails['sources'] {
  const lines = list(source['ranges']).flatMap((range) =>
    ['start', 'end'].flatMap((key) => {
      const position = object(object(range)?.[key]);
      const line = position?.['line'] ?? position?.['Line'];
      return typeof line === 'number' ? [line] : [];
    }),
  );
  if (lines.length === 0) return [];
  const filename = text(object(source['info'])?.['filename']) ?? '';
  return [{ filename, startLine: Math.min(...lines), endLine: Math.max(...lines) }];
}

function readFailure(solve: Json): FailureState | undefined {
  const op = object(solve['op']);
  const inputIds = list(solve['inputIDs']).map((id) => text(id) ?? '');
  const mountIds = list(solve['mountIDs']).map((id) => text(id) ?? '');
  if ([...inputIds, ...mountIds].every((id) => id === '')) return undefined;
  const cache = object(solve['cache']);
  if (cache !== undefined) return { inputIds, mountIds, subject: { kind: 'cache', index: index(cache) } };
  const file = object(solve['file']);
  if (file !== undefined) return { inputIds, mountIds, subject: { kind: 'file', index: index(file) } };
  return op?.['exec'] === undefined ? undefined : { inputIds, mountIds, subject: { kind: 'exec' } };
}

/** Zero is left out; int64 would be a string. */
function index(subject: Json): number {
  return Number(subject['index'] ?? 0);
}

function object(value: unknown): Json | undefined {
  return isObject(value) ? value : undefined;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
