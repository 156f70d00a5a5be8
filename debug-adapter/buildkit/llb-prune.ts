/** Definitions with nothing but what one result needs: smaller to send, and quick for the engine to load. */
import type { Definition, OpMetadata } from './gen/ops.js';
import { truncate, type Llb } from './llb.js';

/** Adds a vertex and all that it needs to `covered`; goes no further at what `stopAt` holds. */
export function cover(llb: Llb, digest: string, covered: Set<string>, stopAt: ReadonlySet<string> = new Set()): void {
  const open = [digest];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (covered.has(next) || stopAt.has(next)) continue;
    covered.add(next);
    for (const input of llb.vertices.get(next)?.inputs ?? []) open.push(input.digest);
  }
}

/** The graph of output `index` of the vertex `digest`; ops keep their bytes, the source map is left out. */
export function prune(llb: Llb, digest: string, index: number): Definition {
  const needed = new Set<string>();
  cover(llb, digest, needed);
  const metadata: Record<string, OpMetadata> = {};
  const def: Uint8Array[] = [];
  let position = 0;
  for (const known of llb.vertices.keys()) {
    const bytes = llb.definition.def[position++];
    if (bytes === undefined || !needed.has(known)) continue;
    def.push(bytes);
    const own = llb.definition.metadata[known];
    if (own !== undefined) metadata[known] = own;
  }
  return truncate({ def: [...def, new Uint8Array()], metadata }, digest, index);
}
