/** What an engine cannot give at a failure, in words. */
import type { Engine } from '../../buildkit/api.js';
import type { EngineError } from '../../buildkit/errors.js';
import type { Step } from '../program/program.js';
import { execVertex } from '../containers/scene.js';

/** '' when nothing is missing. */
export function limitsOf(engine: Engine, error: EngineError, step: Step): string {
  const { failure, sources } = error.details;
  if (failure !== undefined || execVertex(step) === undefined) return '';
  // An engine that says where it failed says what it kept, and of what never ran that is nothing.
  if (sources.length > 0 || error.message.includes('failed to load LLB')) return '';
  const name = engine.endpoint.kind === 'docker' ? 'This Docker Engine' : 'This BuildKit';
  return `${name} does not keep what a failed step leaves (Docker Engine 23 and BuildKit 0.8 do): shells and files show the state before the step.`;
}
