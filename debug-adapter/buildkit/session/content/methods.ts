import { open } from 'node:fs/promises';
import { status } from '@grpc/grpc-js';
import type { SessionOptions } from '../../api.js';
import {
  AbortRequest,
  InfoRequest,
  InfoResponse,
  ReadContentRequest,
  ReadContentResponse,
  StatusRequest,
  StatusResponse,
  WriteAction,
  WriteContentRequest,
  WriteContentResponse,
} from '../../gen/content.js';
import { Empty } from '../../gen/google/protobuf/empty.js';
import type { Timestamp } from '../../gen/google/protobuf/timestamp.js';
import { type Call, type Method, RpcError, unaryMethod } from '../rpc-server.js';
import { storeId } from './store-id.js';
import { type BlobWriter, BlobStore } from './store.js';

/** Content of one answer; old engines take messages of at most 4 MiB. */
const pieceSize = 1024 * 1024;

/** `containerd.services.content.v1.Content`, as far as engines use it: caches in folders and OCI layouts. */
export function contentMethods(options: SessionOptions): ReadonlyMap<string, Method> {
  const stores = new Map(
    Object.entries(options.contentStores ?? {}).map(([id, path]) => [storeId(id), new BlobStore(path)]),
  );
  if (stores.size === 0) return new Map();
  const storeOf = (call: Call): BlobStore => {
    const id = call.header('buildkit-attachable-store-id')[0] ?? '';
    const store = stores.get(id);
    if (store === undefined) throw new RpcError(status.NOT_FOUND, `unknown store ${id}`);
    return store;
  };
  const path = (name: string): string => `/containerd.services.content.v1.Content/${name}`;
  return new Map<string, Method>([
    [path('Info'), unaryMethod(InfoRequest, InfoResponse, ({ digest }, call) => info(storeOf(call), digest))],
    [path('Status'), unaryMethod(StatusRequest, StatusResponse, ({ ref }, call) => writerStatus(storeOf(call), ref))],
    [path('Abort'), unaryMethod(AbortRequest, Empty, ({ ref }, call) => abort(storeOf(call), ref))],
    [path('Read'), (call) => read(call, storeOf(call))],
    [path('Write'), (call) => write(call, storeOf(call))],
  ]);
}

async function info(store: BlobStore, digest: string): Promise<InfoResponse> {
  const { size, changed } = await store.find(digest);
  const time = timestamp(changed);
  return { info: { digest, size: BigInt(size), createdAt: time, updatedAt: time, labels: {} } };
}

function writerStatus(store: BlobStore, ref: string): StatusResponse {
  const writer = store.writer(ref);
  if (writer === undefined) throw new RpcError(status.NOT_FOUND, `ref ${ref}: not found`);
  const startedAt = timestamp(writer.started);
  const updatedAt = timestamp(new Date());
  return { status: { ref, startedAt, updatedAt, offset: BigInt(writer.offset), total: 0n, expected: '' } };
}

async function abort(store: BlobStore, ref: string): Promise<Empty> {
  await store.writer(ref)?.close();
  return {};
}

async function read(call: Call, store: BlobStore): Promise<void> {
  for await (const message of call.messages) {
    const { digest, offset, size } = ReadContentRequest.decode(message);
    const blob = await store.find(digest);
    const begin = Math.max(0, Number(offset));
    if (begin > blob.size) throw new RpcError(status.OUT_OF_RANGE, `read past object length ${blob.size} bytes`);
    const end = size > 0n ? Math.min(blob.size, begin + Number(size)) : blob.size;
    await using file = await open(blob.path);
    for (let at = begin; at < end; ) {
      call.signal.throwIfAborted();
      const buffer = Buffer.allocUnsafe(Math.min(pieceSize, end - at));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) throw new RpcError(status.DATA_LOSS, `content ${digest} became shorter`);
      const answer = { offset: BigInt(at), data: buffer.subarray(0, bytesRead) };
      await call.send(ReadContentResponse.encode(answer).finish());
      at += bytesRead;
    }
    return;
  }
}

async function write(call: Call, store: BlobStore): Promise<void> {
  let writer: BlobWriter | undefined;
  let [total, expected] = [0, ''];
  try {
    for await (const message of call.messages) {
      const request = WriteContentRequest.decode(message);
      if (request.total > 0n) total = Number(request.total);
      if (request.expected !== '') {
        expected = request.expected;
        if (await store.claim(expected)) {
          throw new RpcError(status.ALREADY_EXISTS, `blob with expected digest ${expected} exists`);
        }
      }
      writer ??= await begin(store, request.ref);
      const digest = await act(writer, request, { expected, total });
      const answer = WriteContentResponse.fromPartial({
        action: request.action,
        startedAt: timestamp(writer.started),
        updatedAt: timestamp(new Date()),
        offset: BigInt(writer.offset),
        total: BigInt(total),
        digest: digest ?? '',
      });
      await call.send(WriteContentResponse.encode(answer).finish());
      if (digest !== undefined) return;
    }
  } finally {
    await writer?.close();
  }
}

function begin(store: BlobStore, ref: string): Promise<BlobWriter> {
  if (ref === '') throw new RpcError(status.INVALID_ARGUMENT, 'first message must have a reference');
  return store.create(ref);
}

/** The digest, when the blob is complete. */
async function act(
  writer: BlobWriter,
  request: WriteContentRequest,
  { expected, total }: { readonly expected: string; readonly total: number },
): Promise<string | undefined> {
  if (request.action === WriteAction.STAT) return undefined;
  const offset = Number(request.offset);
  if (offset > 0 && offset !== writer.offset) {
    throw new RpcError(status.OUT_OF_RANGE, `write @${offset} must occur at current offset ${writer.offset}`);
  }
  if (offset === 0 && writer.offset > 0) await writer.truncate();
  if (request.data.length > 0) await writer.write(request.data);
  return request.action === WriteAction.COMMIT ? await writer.commit(expected, total) : undefined;
}

function timestamp(date: Date): Timestamp {
  const milliseconds = date.getTime();
  return { seconds: BigInt(Math.floor(milliseconds / 1000)), nanos: Math.floor(milliseconds % 1000) * 1_000_000 };
}
