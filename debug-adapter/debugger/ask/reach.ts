/** The way from this machine to an engine. */
import type { Engine } from '../../buildkit/api.js';
import { type Environment, systemEnvironment } from '../../buildkit/connect/environment.js';
import { resolveEndpoint } from '../../buildkit/connect/resolve.js';
import { openEngine } from '../../buildkit/engine.js';
import type { BuildSettings, Surroundings } from '../api.js';

/** Finds the engine that is meant and connects to it; throws words. */
export async function reachEngine(
  { builder }: BuildSettings,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<Engine> {
  const endpoint = await resolveEndpoint(builder, environmentOf(surroundings), { signal });
  return await openEngine(endpoint, { signal, trace: surroundings.trace });
}

/** Of this machine, with the variables that were handed in. */
export function environmentOf({ env, homeDir }: Surroundings): Environment {
  return { ...systemEnvironment(), variables: env, home: homeDir };
}
