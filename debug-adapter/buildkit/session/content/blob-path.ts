import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

/** Where an OCI layout keeps a blob, relative to its folder; undefined for what is no digest. */
export function blobPath(digest: string): string | undefined {
  const [, algorithm, hex] = /^(sha256|sha384|sha512):([0-9a-f]{64,128})$/.exec(digest) ?? [];
  return algorithm === undefined || hex === undefined ? undefined : join('blobs', algorithm, hex);
}

/** A name for a blob that is being written. */
export function incomingName(): string {
  return `.incoming-${randomUUID()}`;
}

export function isIncoming(name: string): boolean {
  return name.startsWith('.incoming-');
}
