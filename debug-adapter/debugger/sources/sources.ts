/** What one build is made from, as far as it can be read before the engine is asked. */
import type { Dockerfile } from '../../dockerfile/model.js';
import type { BuildSettings, ProblemFact } from '../api.js';
import { beginTaking, type Taken } from './edits.js';
import { readDockerfile, type ReadDockerfile } from './load.js';

export interface Sources {
  readonly settings: BuildSettings;
  readonly dockerfile: Dockerfile;
  readonly taken: Taken;
  /** As `ReadDockerfile` has it. */
  readonly check: ReadDockerfile['check'];
}

/** Throws words for a Dockerfile that cannot be built; all its problems are told through `report`. */
export async function readSources(settings: BuildSettings, report: (problem: ProblemFact) => void): Promise<Sources> {
  const reading = readDockerfile(settings, report);
  const [{ dockerfile, check }, taken] = await Promise.all([reading, beginTaking(settings, reading)]);
  return { settings, dockerfile, taken, check };
}

/** Where the engine cannot be reached, what is wrong with the text is told first: that needs no engine. */
export async function orCheck<T>(reaching: Promise<T>, { check }: Sources): Promise<T> {
  try {
    return await reaching;
  } catch (error) {
    check();
    throw error;
  }
}
