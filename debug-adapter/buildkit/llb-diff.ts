/** A graph that asks for the difference of two results of another one. */
import { Definition, Op } from './gen/ops.js';
import { digestOf } from './digest.js';
import type { Llb } from './llb.js';
import { prune } from './llb-prune.js';

interface Output {
  readonly digest: string;
  readonly index: number;
}

/**
 * What `upper` has and `lower` has not, or has otherwise. The engine leaves out what was deleted, but not the folders
 * that it was deleted from.
 */
export function difference(llb: Llb, lower: Output, upper: Output): Definition {
  const above = prune(llb, upper.digest, upper.index);
  const below = prune(llb, lower.digest, lower.index);
  const digests = new Set<string>();
  const def: Uint8Array[] = [];
  for (const bytes of [...below.def.slice(0, -1), ...above.def.slice(0, -1)]) {
    const digest = digestOf(bytes);
    if (!digests.has(digest)) def.push(bytes);
    digests.add(digest);
  }
  const inputs = [lower, upper].map(({ digest, index }) => ({ digest, index: BigInt(index) }));
  const value = { lower: { input: 0n }, upper: { input: 1n } };
  const diff = Op.encode(Op.fromPartial({ inputs, op: { $case: 'diff', value } })).finish();
  const digest = digestOf(diff);
  const own = { description: { 'llb.customname': '[helper] what a step changed' }, caps: { diffop: true } };
  const last = Op.encode(Op.fromPartial({ inputs: [{ digest, index: 0n }] })).finish();
  return Definition.fromPartial({
    def: [...def, diff, last],
    metadata: { ...below.metadata, ...above.metadata, [digest]: own },
  });
}
