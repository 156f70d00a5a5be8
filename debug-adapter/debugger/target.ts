import type { Dockerfile } from '../dockerfile/model.js';
import { findStage } from '../dockerfile/locate.js';

/** Index of the stage that is built: the named one, else the last; undefined when there is none of that name. */
export function targetStage(dockerfile: Dockerfile, target: string | undefined): number | undefined {
  if (target === undefined || target === '') {
    return dockerfile.stages.length === 0 ? undefined : dockerfile.stages.length - 1;
  }
  return findStage(dockerfile, target)?.index;
}
