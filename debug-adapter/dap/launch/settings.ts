import { resolve } from 'node:path';
import type { LaunchArguments } from '../../contract.js';
import type { BuildSettings, Surroundings } from '../../debugger/api.js';
import { readCaches } from './caches.js';
import { readContexts } from './contexts.js';
import { frontendAttributes } from './frontend-attributes.js';
import { readOutputs } from './outputs.js';
import type { ParsedLaunch } from './parse-launch.js';
import { findPlace } from './place.js';
import { readPlatforms } from './platforms.js';
import { UserError } from '../../debugger/errors.js';
import { proxyArguments } from './proxies.js';
import type { DefinedLaunch } from './defined.js';
import { checkResultFiles } from './result-files.js';
import { readSecrets, readSsh } from './secrets.js';

/** Build arguments with the values that the environment gives. */
function readBuildArgs(
  given: LaunchArguments['buildArgs'],
  env: Surroundings['env'],
): Readonly<Record<string, string>> {
  const args: Record<string, string> = {};
  for (const [name, value] of Object.entries(given ?? {})) {
    const known = value ?? env[name];
    if (known !== undefined) args[name] = known;
  }
  return args;
}

/** They stand in for stages and images of their names, as all named contexts do. */
function linkAttributes(links: ReadonlyMap<string, DefinedLaunch>): Readonly<Record<string, string>> {
  if (links.size === 0) return {};
  const attrs: Record<string, string> = { 'frontend.caps': 'moby.buildkit.frontend.contexts+forward' };
  for (const name of links.keys()) attrs[`context:${name}`] = `input:${name}`;
  return attrs;
}

async function linkedBuilds(
  links: ReadonlyMap<string, DefinedLaunch>,
  surroundings: Surroundings,
): Promise<BuildSettings['links']> {
  const builds = [...links].map(async ([name, build]) => {
    const settings = await definedSettings(build, surroundings);
    return [name, { name: build.name, title: build.event.title, settings }] as const;
  });
  return new Map(await Promise.all(builds));
}

/** The same of what a Compose or Bake file says, which is where it has to be mended. */
export async function definedSettings(build: DefinedLaunch, surroundings: Surroundings): Promise<BuildSettings> {
  try {
    return await buildSettings(build.launch, surroundings, build);
  } catch (error) {
    if (!(error instanceof UserError) || error.place !== undefined) throw error;
    const { title } = build.event;
    // The file has the same names, and no flags.
    const hint = error.hint
      .replaceAll(/"(dockerfile|context)"(?: \(-f\))?/g, '$1')
      .replace(/^Give the file with src=PATH.*/, 'Make it, or name the one that is meant.')
      .replace(/^Set it where (.*), or use src=PATH\./, 'Set it where $1.');
    throw new UserError(error.code, `${title}: ${error.message}`, hint, build.place, { cause: error });
  }
}

type Defined = Pick<DefinedLaunch, 'links' | 'pins' | 'values'>;
const nothingDefined: Defined = { links: new Map(), pins: new Map(), values: {} };

/** What is to be built, from checked launch arguments: files looked up, variables of the environment taken. */
export async function buildSettings(
  launch: ParsedLaunch['launch'],
  surroundings: Surroundings,
  { links, pins, values }: Defined = nothingDefined,
): Promise<BuildSettings> {
  const { env } = surroundings;
  const { cwd } = launch;
  const place = await findPlace(launch);
  const given = readBuildArgs(launch.buildArgs, env);
  const { attrs, entitlements } = frontendAttributes(launch, env);
  const contexts = await readContexts(launch.buildContexts ?? {}, cwd);
  const outputs = await readOutputs(launch);
  checkResultFiles(launch, outputs);
  return {
    ...place,
    cwd,
    pins: launch.pinImages === false ? new Map() : pins,
    builder: launch.builder,
    target: launch.target,
    platforms: readPlatforms(launch.platforms ?? [], env),
    buildArgs: { ...(await proxyArguments(surroundings)), ...given },
    frontendAttrs: { ...attrs, ...contexts.attrs, ...linkAttributes(links) },
    links: await linkedBuilds(links, surroundings),
    locals: contexts.locals,
    layouts: contexts.layouts,
    contentStores: {},
    secrets: await readSecrets(launch.secrets ?? [], cwd, env, values),
    ssh: readSsh(launch.ssh ?? [], cwd, env),
    entitlements,
    ...readCaches(launch, env, given),
    ...outputs,
    metadataFile: launch.metadataFile,
    iidFile: launch.iidFile,
    stopOnEntry: launch.stopOnEntry === true,
    runAhead: launch.runAhead === true,
    stopAtEnd: launch.stopAtEnd === true,
    noDebug: launch.noDebug === true,
    rescue: launch.rescue ?? [],
    rescueTo: resolve(cwd, launch.rescueTo ?? 'rescued'),
    toolbox: launch.toolbox,
    shell: launch.shell?.length === 0 ? undefined : launch.shell,
    trace: launch.trace,
  };
}
