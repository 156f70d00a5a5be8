import type { Dockerfile } from '../../dockerfile/model.js';
import { findStageByName } from '../../dockerfile/locate.js';

/** Index of the stage that is built: the named one, else the last; undefined when there is none of that name. No engine takes a number. */
export function targetStage(dockerfile: Dockerfile, target: string | undefined): number | undefined {
  if (target === undefined || target === '') {
    return dockerfile.stages.length === 0 ? undefined : dockerfile.stages.length - 1;
  }
  return findStageByName(dockerfile, target)?.index;
}
