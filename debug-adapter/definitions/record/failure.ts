/** What a build record says of a failure: its error, its place, and what the failed step wrote. */
import { StatusResponse } from '../../buildkit/gen/control.js';
import { Status } from '../../buildkit/gen/status.js';
import { parseDetails } from '../../buildkit/rpc/details.js';
import { recordOf, textOf } from '../fields.js';
import type { Archived } from './archive.js';

/** A failure that was recorded. */
export interface RecordedFailure {
  readonly message: string;
  /** Somebody, or a limit of time, ended it. */
  readonly isCanceled: boolean;
  /** Lines of the Dockerfile, from 1. */
  readonly place: { readonly startLine: number; readonly endLine: number } | undefined;
  /** The Dockerfile as it was. */
  readonly dockerfile: string | undefined;
  /** What progress calls the step, e.g. `[build 2/3] RUN make`. */
  readonly step: string | undefined;
  /** The last lines that it wrote. */
  readonly output: readonly string[];
}

const errorType = 'application/vnd.googleapis.google.rpc.status+proto';
const statusType = 'application/vnd.buildkit.status.v0';

/** Of gRPC. */
const canceledCode = 1;

/** Lines that are shown. */
const shown = 15;

/** Undefined for a build that did not fail. */
export function failureOf({ record, parts }: Archived): RecordedFailure | undefined {
  const told = textOf(recordOf(record['error'])?.['message']);
  const bytes = parts.get(errorType);
  if (told === undefined && bytes === undefined) return undefined;
  const message = told ?? messageOf(bytes);
  const { sources, vertex } = parseDetails(bytes, message);
  const [place] = sources;
  const progress = progressOf(parts.get(statusType));
  const failed = progress.steps.findLast(({ digest, error }) =>
    vertex === undefined ? error !== '' : digest === vertex,
  );
  return {
    message,
    isCanceled: recordOf(record['error'])?.['code'] === canceledCode || /context canceled$/.test(message),
    place,
    dockerfile: bytes === undefined ? undefined : textIn(bytes),
    step: failed?.name,
    output: failed === undefined ? [] : progress.output(failed.digest).slice(-shown),
  };
}

function messageOf(bytes: Uint8Array | undefined): string {
  try {
    return bytes === undefined ? '' : Status.decode(bytes).message;
  } catch {
    // The record says that it failed, and that much is known.
    return '';
  }
}

/** The source that the error points into; the details hold JSON. */
function textIn(bytes: Uint8Array): string | undefined {
  try {
    for (const { typeUrl, value } of Status.decode(bytes).details) {
      if (!typeUrl.includes('errdefs.Source')) continue;
      const source = recordOf(JSON.parse(Buffer.from(value).toString('utf8')));
      const data = textOf(recordOf(source?.['info'])?.['data']);
      if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8');
    }
  } catch {
    // An error without its source says less, and what it says is said.
    return undefined;
  }
  return undefined;
}

interface Progress {
  readonly steps: readonly { readonly digest: string; readonly name: string; readonly error: string }[];
  readonly output: (digest: string) => readonly string[];
}

/** Messages one after the other, each behind its length in four bytes. */
function progressOf(bytes: Uint8Array | undefined): Progress {
  const steps: { digest: string; name: string; error: string }[] = [];
  const written = new Map<string, string>();
  const view = Buffer.from(bytes ?? []);
  for (let at = 0; at + 4 <= view.length; ) {
    const end = at + 4 + view.readUInt32LE(at);
    if (end > view.length) break;
    const { vertexes, logs } = statusOf(view.subarray(at + 4, end));
    steps.push(...vertexes);
    for (const { vertex, msg } of logs)
      written.set(vertex, (written.get(vertex) ?? '') + Buffer.from(msg).toString('utf8'));
    at = end;
  }
  return {
    steps,
    output: (digest) =>
      (written.get(digest) ?? '')
        .trimEnd()
        .split(/\r?\n/)
        .filter((line) => line !== ''),
  };
}

function statusOf(bytes: Uint8Array): Pick<StatusResponse, 'vertexes' | 'logs'> {
  try {
    return StatusResponse.decode(bytes);
  } catch {
    // What cannot be read of the progress is left out; the build can be run again without it.
    return { vertexes: [], logs: [] };
  }
}

/**
 * Images that a build took from, as its progress names them: `docker.io/library/busybox:latest@sha256:…`. Those that only
 * COPY or a mount name have no stage before them.
 */
export function imagesOf({ parts }: Archived): readonly string[] {
  const names = progressOf(parts.get(statusType)).steps.map(({ name }) => name);
  return [...new Set(names.flatMap((name) => /^(?:\[[^\]]*\] )?FROM (\S+@sha256:[0-9a-f]{64})/.exec(name)?.[1] ?? []))];
}

/** Seconds between two times of a record; undefined where one is missing. */
export function durationOf({ record }: Archived): number | undefined {
  const [begun, ended] = [secondsOf(record['CreatedAt']), secondsOf(record['CompletedAt'])];
  return begun === undefined || ended === undefined ? undefined : ended - begun;
}

/** When a build began. */
export function begunAt({ record }: Archived): Date | undefined {
  const seconds = secondsOf(record['CreatedAt']);
  const date = seconds === undefined ? undefined : new Date(seconds * 1000);
  return date === undefined || Number.isNaN(date.getTime()) ? undefined : date;
}

/** A time since 1970; older engines wrote it as a text. */
function secondsOf(value: unknown): number | undefined {
  const { seconds, nanos } = recordOf(value) ?? {};
  if (typeof seconds === 'number') return seconds + Number(nanos ?? 0) / 1e9;
  const parsed = typeof value === 'string' ? Date.parse(value) / 1000 : NaN;
  return Number.isNaN(parsed) ? undefined : parsed;
}
