import { status } from '@grpc/grpc-js';
import type { SessionOptions } from '../api.js';
import { BytesMessage } from '../gen/upload.js';
import { type Method, RpcError } from './rpc-server.js';

/** Old engines take messages of at most 4 MiB. */
const pieceSize = 1024 * 1024;

/** `Upload.Pull`: serves `http://buildkit-session/<id>`, e.g. a context from standard input. */
export function pullMethod(options: SessionOptions): Method {
  return async (call) => {
    const path = call.header('urlpath')[0] ?? '';
    const id = path.slice(path.lastIndexOf('/') + 1);
    const open = Object.hasOwn(options.uploads, id) ? options.uploads[id] : undefined;
    if (open === undefined) throw new RpcError(status.NOT_FOUND, `no http response from session for ${id}`);
    for await (const chunk of open()) {
      call.signal.throwIfAborted();
      for (let at = 0; at < chunk.length; at += pieceSize) {
        await call.send(BytesMessage.encode({ data: chunk.subarray(at, at + pieceSize) }).finish());
      }
    }
  };
}
