/** Asks the engine for the programs of one build, with everything that it may ask of us meanwhile. */
import type { Engine } from '../../buildkit/api.js';
import { findImageStore } from '../../buildkit/connect/image-store.js';
import type { Surroundings } from '../api.js';
import { engineSettings } from '../sources/engine-settings.js';
import { EngineError, UserError } from '../errors.js';
import { sessionOptions } from '../sources/frontend-options.js';
import { environmentOf } from './reach.js';
import { askFor, type Asked, type RunInput } from './run.js';
import type { Sources } from '../sources/sources.js';

/** What a build has besides its sources. */
export interface Asking extends Omit<RunInput, 'engine' | 'serves' | 'settings' | 'dockerfile' | 'taken' | 'check'> {
  /** Undefined before it is connected. */
  readonly engine: Engine | undefined;
  readonly surroundings: Surroundings;
}

/** Throws words, with their place, where the engine does not take the Dockerfile. Runs nothing. */
export async function askEngine(
  { settings: given, dockerfile, taken, check }: Sources,
  asking: Asking,
): Promise<Asked> {
  const { engine, surroundings, events, progress, signal } = asking;
  if (engine === undefined)
    throw new UserError('not-prepared', 'The engine is not connected.', 'Start the debug session again.');
  const settings = await engineSettings(given, engine, {
    findImageStore: () => findImageStore(environmentOf(surroundings), { signal }),
    say: (text) => events.emit('output', { category: 'console', text }),
  });
  signal.throwIfAborted();
  const serves = sessionOptions(settings, surroundings, {
    onTransfer: ({ name, bytes }) => progress.transfer(name, bytes),
    onWarning: (text) => events.emit('output', { category: 'console', text: `${text}\n` }),
    onListed: (listing) => void taken.listings.push(listing),
  });
  try {
    return await askFor({ ...asking, engine, serves, settings, dockerfile, taken, check });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const { refusalWords } = await import('../failure/refusal-words.js');
    throw refusalWords(error, { engine, settings, dockerfile, taken });
  }
}
