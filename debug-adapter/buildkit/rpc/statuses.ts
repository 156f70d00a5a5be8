import type { IncomingHttpHeaders } from 'node:http2';
import { Metadata, type StatusObject, status } from '@grpc/grpc-js';
import { percentDecoded } from './percent.js';

/** An outcome that this side finds. */
export function statusOf(code: status, details: string): StatusObject {
  return { code, details, metadata: new Metadata() };
}

/** The outcome that stands in the last headers of a call. */
export function readStatus(headers: IncomingHttpHeaders, httpStatus: number): StatusObject {
  const code = headers['grpc-status'];
  if (typeof code !== 'string') {
    return statusOf(httpCode(httpStatus), `The engine answered with HTTP status ${httpStatus} and no gRPC status.`);
  }
  const metadata = Metadata.fromHttp2Headers(headers);
  const message = headers['grpc-message'];
  return { code: Number(code), details: typeof message === 'string' ? percentDecoded(message) : '', metadata };
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
