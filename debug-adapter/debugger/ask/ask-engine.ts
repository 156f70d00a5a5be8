/** Asks the engine for the programs of one build, with everything that it may ask of us meanwhile. */
import type { Engine, SessionOptions } from '../../buildkit/api.js';
import { findImageStore } from '../../buildkit/connect/image-store.js';
import type { BuildSettings, Surroundings } from '../api.js';
import { engineSettings } from '../sources/engine-settings.js';
import { EngineError, UserError } from '../errors.js';
import { sessionOptions } from '../sources/frontend-options.js';
import type { Linking, Links } from './linked.js';
import { environmentOf } from './reach.js';
import { askFor, type Asked, type RunInput } from './run.js';
import type { Sources } from '../sources/sources.js';

/** What a build has besides its sources. */
export interface Asking
  extends Omit<RunInput, 'engine' | 'serves' | 'settings' | 'dockerfile' | 'taken' | 'check' | 'links'> {
  /** Undefined before it is connected. */
  readonly engine: Engine | undefined;
  readonly surroundings: Surroundings;
}

const noLinks: Links = new Map();

async function linksOf(
  { links, platforms }: BuildSettings,
  adapt: (settings: BuildSettings) => Promise<BuildSettings>,
  serve: (settings: BuildSettings) => SessionOptions,
): Promise<Links> {
  const linkings = [...links].map(async ([name, linked]): Promise<[string, Linking]> => {
    const own = linked.settings.platforms;
    // What is taken from is wanted for the same platforms.
    const settings = await adapt({ ...linked.settings, platforms: own.length === 0 ? platforms : own });
    return [name, { linked, settings, serves: serve(settings), links: await linksOf(settings, adapt, serve) }];
  });
  return new Map(await Promise.all(linkings));
}

/** All steps run in one build, which asks its own session for secrets, keys and images in folders. */
function withSecretsOf(links: Links, serves: SessionOptions): SessionOptions {
  let { secrets, ssh, contentStores } = serves;
  for (const linking of links.values()) {
    const other = withSecretsOf(linking.links, linking.serves);
    secrets = [...secrets, ...other.secrets.filter(({ id }) => secrets.every((known) => known.id !== id))];
    contentStores = { ...other.contentStores, ...contentStores };
    ssh = [...ssh, ...other.ssh.filter(({ id }) => ssh.every((known) => known.id !== id))];
  }
  return { ...serves, secrets, ssh, ...(contentStores !== undefined && { contentStores }) };
}

/** Throws words, with their place, where the engine does not take the Dockerfile. Runs nothing. */
export async function askEngine(
  { settings: given, dockerfile, taken, check }: Sources,
  asking: Asking,
): Promise<Asked> {
  const { engine, surroundings, events, progress, signal } = asking;
  if (engine === undefined)
    throw new UserError('not-prepared', 'The engine is not connected.', 'Start the debug session again.');
  const adapt = (build: BuildSettings): Promise<BuildSettings> =>
    engineSettings(build, engine, {
      findImageStore: () => findImageStore(environmentOf(surroundings), { signal }),
      say: (text) => events.emit('output', { category: 'console', text }),
    });
  const settings = await adapt(given);
  signal.throwIfAborted();
  const serve = (build: BuildSettings, onListed?: SessionOptions['onListed']): SessionOptions =>
    sessionOptions(build, surroundings, {
      onTransfer: ({ name, bytes }) => progress.transfer(name, bytes),
      onWarning: (text) => events.emit('output', { category: 'console', text: `${text}\n` }),
      ...(onListed !== undefined && { onListed }),
    });
  const links =
    settings.links.size === 0
      ? noLinks
      : await linksOf(settings, adapt, (build) => serve(build, (listing) => void taken.linked.push(listing)));
  const serves = withSecretsOf(
    links,
    serve(settings, (listing) => void taken.listings.push(listing)),
  );
  try {
    return await askFor({ ...asking, engine, serves, links, settings, dockerfile, taken, check });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const { refusalWords } = await import('../failure/refusal-words.js');
    throw refusalWords(error, { engine, settings, dockerfile, taken });
  }
}
