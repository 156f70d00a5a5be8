import { open } from 'node:fs/promises';
import { status } from '@grpc/grpc-js';
import type { SecretSource, SessionOptions } from '../api.js';
import { GetSecretRequest, GetSecretResponse } from '../gen/secrets.js';
import { type Method, RpcError, unaryMethod } from './rpc-server.js';
import { systemCode } from '../system-code.js';

/** What engines take. */
const longestSecret = 500 * 1024;

/** `Secrets.GetSecret`: only what the user named, read when it is asked for. */
export function secretMethod(options: SessionOptions): Method {
  return unaryMethod(GetSecretRequest, GetSecretResponse, async ({ ID }) => {
    const source = options.secrets.find((secret) => secret.id === ID);
    // Engines ask for tokens of git servers on their own: no reason for a warning.
    if (source === undefined) throw new RpcError(status.NOT_FOUND, `secret ${ID} not found`);
    try {
      return { data: await readSecret(source) };
    } catch (error) {
      options.onWarning?.(error instanceof Error ? error.message : String(error));
      throw error;
    }
  });
}

async function readSecret(source: SecretSource): Promise<Uint8Array> {
  switch (source.kind) {
    case 'env': {
      const value = process.env[source.variable] ?? source.value;
      if (value === undefined) {
        throw new RpcError(
          status.NOT_FOUND,
          `The secret "${source.id}" is missing: the variable ${source.variable} is not set.`,
        );
      }
      return checked(source.id, Buffer.from(value));
    }
    case 'file':
      return checked(source.id, await readStart(source));
  }
}

/** One byte more than allowed, if there is more. */
async function readStart(source: { readonly id: string; readonly path: string }): Promise<Buffer> {
  try {
    await using file = await open(source.path);
    const buffer = Buffer.alloc(longestSecret + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await file.read(buffer, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return buffer.subarray(0, length);
  } catch (error) {
    const code = systemCode(error);
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'permission denied' : String(error);
    throw new RpcError(status.NOT_FOUND, `The secret "${source.id}" cannot be read from ${source.path}: ${why}.`);
  }
}

function checked(id: string, secret: Buffer): Buffer {
  if (secret.length <= longestSecret) return secret;
  throw new RpcError(status.INVALID_ARGUMENT, `The secret "${id}" is longer than the 500 KiB that engines take.`);
}
