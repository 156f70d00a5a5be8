/**
 * Questions with definitions, as bytes. One question after the other has the same vertices in it and one more: each vertex
 * and what is said of it is encoded once, and a question of any length is put together from that.
 */
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { LLBBridgeService, SolveRequest } from './gen/gateway.js';
import { Definition } from './gen/ops.js';

/** Tag of `SolveRequest.Definition`. */
const definitionTag = 10;
const nothing: Definition = { def: [], metadata: {}, Source: undefined };

/** By what they were made of, which never changes: an op's bytes, or the object that describes it. */
const pieces = new WeakMap<object, { readonly name: string; readonly bytes: Uint8Array }>();

/** `LLBBridge.Solve`, for requests that are like those before. */
export const solveMethod: typeof LLBBridgeService.solve = {
  ...LLBBridgeService.solve,
  requestSerialize: (request) => Buffer.from(solveBytes(request)),
};

/** A request as `SolveRequest.encode` has it; fields that are a map may be in another order. */
export function solveBytes({ Definition: definition, ...rest }: SolveRequest): Uint8Array {
  const writer = new BinaryWriter();
  if (definition !== undefined) writer.uint32(definitionTag).bytes(definitionBytes(definition));
  return SolveRequest.encode({ ...rest, Definition: undefined }, writer).finish();
}

function definitionBytes({ def, metadata, Source }: Definition): Uint8Array {
  const parts = def.map((op) => piece(op, '', () => ({ def: [op] })));
  for (const [name, of] of Object.entries(metadata)) parts.push(piece(of, name, () => ({ metadata: { [name]: of } })));
  if (Source !== undefined) parts.push(Definition.encode({ ...nothing, Source }).finish());
  return Buffer.concat(parts);
}

function piece(of: object, name: string, content: () => Partial<Definition>): Uint8Array {
  const known = pieces.get(of);
  if (known?.name === name) return known.bytes;
  const bytes = Definition.encode({ ...nothing, ...content() }).finish();
  pieces.set(of, { name, bytes });
  return bytes;
}
