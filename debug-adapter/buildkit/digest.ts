import { createHash } from 'node:crypto';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** Bytes that take about as long without Node's cryptography as loading it does. */
let budget = 4096;

/**
 * `sha256:<hex>`. Node's cryptography takes 3 ms to load, and the first questions to an engine would wait for it: a small
 * build's bytes are hashed without.
 */
export function digestOf(bytes: Uint8Array): string {
  budget -= bytes.length;
  const hex = budget < 0 ? createHash('sha256').update(bytes).digest('hex') : bytesToHex(sha256(bytes));
  return `sha256:${hex}`;
}
