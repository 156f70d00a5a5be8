import { Metadata, type StatusObject, status } from '@grpc/grpc-js';
import type { Header } from '../http2/header-decoder.js';

/** An outcome that this side finds. */
export function statusOf(code: status, details: string): StatusObject {
  return { code, details, metadata: new Metadata() };
}

/** The first header of that name. */
export function valueOf(headers: readonly Header[], name: string): string | undefined {
  return headers.find(([found]) => found === name)?.[1];
}

/** Headers as the library has them; values that it refuses are left out. */
export function metadataOf(headers: readonly Header[]): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of headers) {
    if (name.endsWith('-bin')) for (const one of value.split(',')) metadata.add(name, Buffer.from(one, 'base64'));
    else if (!name.startsWith(':') && /^[\x20-\x7e]*$/.test(value)) metadata.add(name, value);
  }
  return metadata;
}

/** The outcome that stands in the last headers of a call. */
export function readStatus(headers: readonly Header[], httpStatus: number): StatusObject {
  const code = valueOf(headers, 'grpc-status');
  if (code === undefined)
    return statusOf(httpCode(httpStatus), `The engine answered with HTTP status ${httpStatus} and no gRPC status.`);
  const details = percentDecoded(valueOf(headers, 'grpc-message') ?? '');
  return { code: Number(code), details, metadata: metadataOf(headers) };
}

/** What an HTTP status without a gRPC status means. */
export function httpCode(httpStatus: number): status {
  switch (httpStatus) {
    case 400:
      return status.INTERNAL;
    case 401:
      return status.UNAUTHENTICATED;
    case 403:
      return status.PERMISSION_DENIED;
    case 404:
      return status.UNIMPLEMENTED;
    case 429:
    case 502:
    case 503:
    case 504:
      return status.UNAVAILABLE;
    default:
      return status.UNKNOWN;
  }
}

/** Text of a `grpc-message`. Lenient: what is no escape stays. */
function percentDecoded(text: string): string {
  const bytes = text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
