/**
 * Builds of the same Compose or Bake file whose results a build takes as named contexts. Each is asked for first, by the
 * same engine in the same build; what its frontend answers is an input of the other one's, and runs as a part of it.
 */
import type { Engine, FrontendResult, Gateway, Session, SessionOptions } from '../../buildkit/api.js';
import { digestOf } from '../../buildkit/digest.js';
import type { Definition } from '../../buildkit/gen/ops.js';
import { randomId } from '../../buildkit/random-id.js';
import type { BuildSettings, LinkedBuild, LinkedVertex } from '../build-settings.js';
import { EngineError, UserError } from '../errors.js';
import { frontendRequest } from '../sources/frontend-options.js';

/** A build that is taken from, with what the engine may ask of us for it. */
export interface Linking {
  readonly linked: LinkedBuild;
  readonly settings: BuildSettings;
  readonly serves: SessionOptions;
  /** Those that it takes from itself. */
  readonly links: Links;
}

/** By the name of the context. */
export type Links = ReadonlyMap<string, Linking>;

/** What the frontend is told of them. */
export interface LinkedInputs extends AsyncDisposable {
  readonly opts: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, Definition>>;
  /** Their vertices, by digest. */
  readonly vertices: ReadonlyMap<string, LinkedVertex>;
}

/** Where the engine is asked. */
export interface Asking {
  readonly engine: Engine;
  readonly gateway: Gateway;
  readonly signal: AbortSignal;
}

/** Asks for all of them, one after the other. Nothing of them runs. */
export async function askForLinks(links: Links, asking: Asking): Promise<LinkedInputs> {
  const opts: Record<string, string> = {};
  const inputs: Record<string, Definition> = {};
  const vertices = new Map<string, LinkedVertex>();
  const held: AsyncDisposable[] = [];
  const end = async (): Promise<void> => {
    await Promise.all(held.map((one) => one[Symbol.asyncDispose]()));
  };
  try {
    for (const [name, linking] of links) {
      const { result, session, below } = await askForLink(linking, asking);
      held.push(session, below);
      for (const [platform, { definition }] of result.refs) {
        const key = platform === '' ? name : `${name}::${platform}`;
        opts[`context:${key}`] = `input:${key}`;
        opts[`input-metadata:${key}`] = metadataOf(result, platform);
        inputs[key] = definition;
        for (const digest of definition.def.map(digestOf))
          vertices.set(digest, { context: name, build: below.vertices.get(digest)?.build ?? linking.linked });
      }
    }
  } catch (error) {
    await end();
    throw error;
  }
  return { opts, inputs, vertices, [Symbol.asyncDispose]: end };
}

async function askForLink(
  { linked, settings, serves, links }: Linking,
  asking: Asking,
): Promise<{ readonly result: FrontendResult; readonly session: Session; readonly below: LinkedInputs }> {
  const { engine, gateway, signal } = asking;
  const below = await askForLinks(links, asking);
  // The frontend knows folders by name, and those of other builds have the same names: these are in a session of its own.
  const id = randomId();
  const session = await engine.openSession({ ...serves, id });
  const { frontend, opts } = frontendRequest(settings, engine.endpoint);
  const own = Object.fromEntries(Object.keys(serves.locals).map((name) => [`local-sessionid:${name}`, id]));
  try {
    const request = { frontend, opts: { ...withoutLinks(opts), ...own, ...below.opts }, inputs: below.inputs };
    return { result: await gateway.solveFrontend(request, { signal }), session, below };
  } catch (error) {
    await Promise.all([session[Symbol.asyncDispose](), below[Symbol.asyncDispose]()]);
    throw refused(error, linked);
  }
}

/** Before they are asked for nobody knows whether each platform has one of its own. */
export function withoutLinks(opts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(opts).filter(([, value]) => !value.startsWith('input:')));
}

/** As the frontend reads it: values are bytes in JSON, base64. */
function metadataOf({ metadata }: FrontendResult, platform: string): string {
  const name = 'containerimage.config';
  const config = metadata.get(platform === '' ? name : `${name}/${platform}`) ?? metadata.get(name);
  return JSON.stringify(config === undefined ? {} : { [name]: Buffer.from(config).toString('base64') });
}

/** Its Dockerfile is another one than is debugged, and has lines of its own. */
function refused(error: unknown, { title, settings }: LinkedBuild): unknown {
  if (!(error instanceof EngineError)) return error;
  const [source] = error.details.sources;
  const place = settings.dockerfileIsLocal
    ? { path: settings.dockerfile, line: source?.startLine ?? 1, endLine: source?.endLine ?? source?.startLine ?? 1 }
    : undefined;
  return new UserError(
    'linked-refused',
    `${title} cannot be built: ${error.message}.`,
    'Debug that one by itself.',
    place,
    {
      cause: error,
    },
  );
}
