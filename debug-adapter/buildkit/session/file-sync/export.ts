import { open, rm } from 'node:fs/promises';
import { status } from '@grpc/grpc-js';
import type { SessionOptions } from '../../api.js';
import { BytesMessage } from '../../gen/filesync.js';
import { type Call, type Method, RpcError } from '../rpc-server.js';
import { receiveFolder } from './receive-folder.js';

/** `FileSend.DiffCopy`: takes what an exporter of the engine sends; which one says how it has to be read. */
export function exportMethod(options: SessionOptions): Method {
  return async (call) => {
    const index = Number(call.header('buildkit-attachable-exporter-id')[0] ?? 0);
    const target = options.exports[index];
    if (target === undefined) throw new RpcError(status.NOT_FOUND, `exporter ${index} not found`);
    switch (target.kind) {
      case 'folder':
        if (target.mirror === true && !call.header('buildkit-exporter-multi-platform').includes('1')) {
          throw new Error('this engine cannot replace the contents of a folder (local exporter with mode=delete)');
        }
        return await receiveFolder(call, {
          path: target.path,
          mirror: target.mirror === true,
          onWarning: options.onWarning,
        });
      case 'file':
        return await receiveFile(call, target.path);
      case 'stream':
        return await target.write(chunksOf(call));
    }
  };
}

async function* chunksOf(call: Call): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const message of call.messages) {
    const { data } = BytesMessage.decode(message);
    if (data.length > 0) yield data;
  }
}

const writeSize = 1024 * 1024;

async function receiveFile(call: Call, path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    let parts: Uint8Array[] = [];
    let waiting = 0;
    for await (const chunk of chunksOf(call)) {
      parts.push(chunk);
      waiting += chunk.length;
      if (waiting < writeSize) continue;
      await file.writeFile(Buffer.concat(parts, waiting));
      parts = [];
      waiting = 0;
    }
    await file.writeFile(Buffer.concat(parts, waiting));
    await file.close();
  } catch (error) {
    await file.close();
    // Half an archive is worse than none.
    await rm(path, { force: true });
    throw error;
  }
}
