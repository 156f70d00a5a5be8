import assert from 'node:assert/strict';
import fc from 'fast-check';
import { solveBytes } from '../../../debug-adapter/buildkit/definition-bytes.js';
import { SolveRequest } from '../../../debug-adapter/buildkit/gen/gateway.js';
import { Definition, type OpMetadata } from '../../../debug-adapter/buildkit/gen/ops.js';

const vertex = fc.record({
  digest: fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'),
  op: fc.uint8Array(),
  description: fc.string(),
  ignoreCache: fc.boolean(),
});

describe('a question with a definition', () => {
  const decoded = (request: SolveRequest): SolveRequest => SolveRequest.decode(solveBytes(request));
  const requestOf = (definition: Definition | undefined): SolveRequest => ({
    ...SolveRequest.fromPartial({ Frontend: 'dockerfile.v0', allowResultReturn: true, Evaluate: true }),
    Definition: definition,
  });

  it('is what the generated encoder makes of it, also when it is one of many that share their vertices', () => {
    fc.assert(
      fc.property(fc.uniqueArray(vertex, { selector: ({ digest }) => digest }), fc.boolean(), (vertices, located) => {
        const def = vertices.map(({ op }) => op);
        const metadata = vertices.map(({ digest, description, ignoreCache }): [string, OpMetadata] => [
          digest,
          { ignoreCache, description: { description }, caps: {} },
        ]);
        for (let length = 0; length <= vertices.length; length++) {
          const part = Definition.fromPartial({ Source: located ? { locations: {} } : undefined });
          part.def = def.slice(0, length);
          part.metadata = Object.fromEntries(metadata.slice(0, length));
          const request = requestOf(part);
          assert.deepEqual(decoded(request), SolveRequest.decode(SolveRequest.encode(request).finish()));
        }
      }),
    );
  });

  it('may describe two vertices with one object', () => {
    const same: OpMetadata = { ignoreCache: true, description: { by: 'hand' }, caps: {} };
    const request = requestOf({ def: [], metadata: { 'sha256:1': same, 'sha256:2': same }, Source: undefined });
    assert.deepEqual(Object.keys(decoded(request).Definition?.metadata ?? {}), ['sha256:1', 'sha256:2']);
  });

  it('may have none', () => {
    assert.deepEqual(decoded(requestOf(undefined)), requestOf(undefined));
  });
});
