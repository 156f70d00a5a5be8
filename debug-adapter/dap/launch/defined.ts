/** What a Compose or Bake file says of the build, below what the launch arguments say themselves. */
import type { DefinedEvent, LaunchArguments } from '../../contract.js';
import { type Definition, DefinitionError } from '../../definitions/definition.js';
import { readDefinition } from '../../definitions/read-definition.js';
import type { Surroundings } from '../../debugger/api.js';
import { UserError } from '../../debugger/errors.js';
import type { InlineFiles } from './inline-files.js';
import { merge, type ParsedLaunch } from './parse-launch.js';

/** Launch arguments with what the file says of them. */
export interface DefinedLaunch extends ParsedLaunch {
  readonly name: Definition['name'];
  readonly event: DefinedEvent;
  /** Where it is written, if a line is known. */
  readonly place: Definition['place'];
  /** Of variables that its secrets are taken from, which the environment may lack. */
  readonly values: Definition['values'];
  /** Builds whose results are taken as named contexts, by the name of the context. */
  readonly links: ReadonlyMap<string, DefinedLaunch>;
  /** Images to take in the place of others, as they were when the build was recorded. */
  readonly pins: ReadonlyMap<string, string>;
}

/** Reads the file, and throws words about what is wrong with it, at its line. */
export async function readDefined(
  parsed: ParsedLaunch,
  surroundings: Pick<Surroundings, 'env' | 'homeDir'>,
  files: InlineFiles,
): Promise<DefinedLaunch> {
  const { launch, cwdIsGiven } = parsed;
  const { env, homeDir } = surroundings;
  const cwd = { given: cwdIsGiven ? launch.cwd : undefined, otherwise: launch.cwd };
  try {
    const definition = await readDefinition(launch, cwd, { env, homeDir, platform: process.platform });
    return await define(definition, parsed, files);
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    throw new UserError(error.code, error.message, error.hint, error.place, { cause: error });
  }
}

async function define(definition: Definition, own: ParsedLaunch, files: InlineFiles): Promise<DefinedLaunch> {
  const { name: called, title, inline } = definition;
  const said: LaunchArguments =
    inline === undefined || own.launch.dockerfile !== undefined
      ? definition.launch
      : { ...definition.launch, dockerfile: await files.write(called, inline) };
  const launch = { ...merge(said, own.launch), cwd: own.launch.cwd };
  const links = new Map<string, DefinedLaunch>();
  for (const [name, linked] of definition.links) links.set(name, await define(linked, alone(own), files));
  const notes = [...definition.notes, ...own.notes];
  return {
    name: called,
    launch,
    cwdIsGiven: own.cwdIsGiven,
    links,
    pins: definition.pins,
    notes,
    place: definition.place,
    values: definition.values,
    event: { path: launch.dockerfile ?? '', context: launch.context ?? '', title },
  };
}

/** What the user says is said of the build that is debugged, not of those that it takes from. */
function alone({ launch: { cwd, builder }, cwdIsGiven }: ParsedLaunch): ParsedLaunch {
  return { launch: { cwd, ...(builder !== undefined && { builder }) }, cwdIsGiven, notes: [] };
}

/** What is built, for the console; values of build arguments are not for everybody. */
export function defined({ launch, event, links }: DefinedLaunch): string {
  const { context, target, buildArgs = {}, platforms = [] } = launch;
  const names = Object.keys(buildArgs);
  const parts = [
    `Dockerfile ${event.path}`,
    `context ${context ?? ''}`,
    ...(target === undefined ? [] : [`target ${target}`]),
    ...(platforms.length === 0 ? [] : [`platforms ${platforms.join(', ')}`]),
    ...(names.length === 0 ? [] : [`build arguments ${names.join(', ')}`]),
    ...(links.size === 0 ? [] : [`takes from ${[...links.values()].map((link) => link.name).join(', ')}`]),
  ];
  return `${event.title}: ${parts.join('; ')}.`;
}
