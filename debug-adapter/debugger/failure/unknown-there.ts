/** What an engine does not know, in words that say who does. */
import type { Engine } from '../../buildkit/api.js';
import { UserError, type EngineError } from '../errors.js';

interface Rule {
  readonly text: RegExp;
  /** `$1` is what the engine named. */
  readonly what: string;
  /** Who knows it. */
  readonly where: string;
}

const dockerHint = 'Docker Engines with the containerd image store and every BuildKit can: use another "builder".';

const rules: readonly Rule[] = [
  { text: /unknown cache exporter: "([^"]+)"/, what: 'write a cache of type=$1', where: dockerHint },
  { text: /exporter "([^"]+)" could not be found/, what: 'export type=$1', where: dockerHint },
  {
    text: /unsupported frontend capability moby\.buildkit\.frontend\.contexts/,
    what: 'build with named contexts ("buildContexts")',
    where: 'Docker Engine 23 and BuildKit 0.10 can.',
  },
  {
    text: /unsupported frontend capability (\S+)/,
    what: 'do what the frontend of this build needs ($1)',
    where: 'Update it, or use another "builder".',
  },
];

/** Words for a refusal of what the engine has never heard of; undefined for any other. */
export function unknownThere(error: EngineError, { endpoint }: Pick<Engine, 'endpoint'>): UserError | undefined {
  for (const { text, what, where } of rules) {
    const found = text.exec(error.message);
    if (found === null) continue;
    const said = `The engine at ${endpoint.address} cannot ${what.replace('$1', found[1] ?? '')}.`;
    return new UserError('engine-unable', said, where, undefined, { cause: error });
  }
  return undefined;
}
