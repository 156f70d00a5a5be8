/** A service of a Compose project as a build. */
import type { LaunchArguments } from '../../contract.js';
import { type Definition, DefinitionError, noPins, type Variables } from '../definition.js';
import { csvField } from '../csv-field.js';
import { placed } from '../placed.js';
import { isRemote } from '../remote.js';
import type { BuildSection } from './build-section.js';
import { recordOf, textOf } from '../fields.js';
import { findFiles, type Named } from './find-files.js';
import { interpolate } from './interpolate.js';
import { type ProjectFile, readProject } from './project.js';
import { buildable, readService, type Service } from './service.js';

/** Which service of which files. */
export interface ComposeRequest extends Named {
  /** May be left out where one service alone is built. */
  readonly service: string | undefined;
}

/** Names of the services that are built, in the order of the files. */
export async function composeServices(named: Named, environment: Variables): Promise<readonly string[]> {
  return buildable(await readProject(await findFiles(named, environment), environment));
}

/** Reads a service, or throws words about what is wrong with it or its files. */
export async function readCompose(request: ComposeRequest, environment: Variables): Promise<Definition> {
  const files = await readProject(await findFiles(request, environment), environment);
  return await define(files, request.service ?? onlyService(files), []);
}

function onlyService(files: readonly ProjectFile[]): string {
  const names = buildable(files);
  const [first] = names;
  if (first !== undefined && names.length === 1) return first;
  const path = files.at(-1)?.document.path ?? '';
  if (first === undefined) {
    const hint = 'A service is built if it has "build".';
    throw new DefinitionError('compose-no-build', `No service of ${path} is built.`, hint);
  }
  const hint = `Name one of them: ${names.join(', ')}.`;
  throw new DefinitionError('compose-service-missing', `${path} has ${names.length} services that are built.`, hint);
}

async function define(files: readonly ProjectFile[], name: string, above: readonly string[]): Promise<Definition> {
  const service = await readService(files, name);
  const { build, place } = service;
  if (build === undefined) {
    const what = `The service ${name} of ${place.path} is not built: it has no "build".`;
    const others = buildable(files);
    const hint = others.length === 0 ? '' : `Services that are built: ${others.join(', ')}.`;
    throw new DefinitionError('compose-no-build', what, hint, place);
  }
  const links = new Map<string, Definition>();
  for (const [context, value] of build.contexts) {
    const linked = /^service:(.*)$/.exec(value ?? '')?.[1];
    if (linked === undefined) continue;
    if ([...above, name].includes(linked))
      throw new DefinitionError(
        'compose-circle',
        `The services ${name} and ${linked} take from each other.`,
        'A service that is taken from must not need the one that takes from it.',
        service.at(['build', 'additional_contexts', context]),
      );
    try {
      links.set(context, await define(files, linked, [...above, name]));
    } catch (error) {
      throw takenBy(error, service, context);
    }
  }
  const { launch, notes } = launchOf(service, build, files);
  const title = `Service ${name} of ${place.path}`;
  return {
    name: `service ${name}`,
    title,
    launch,
    inline: build.inline,
    links,
    pins: noPins,
    place,
    values: valuesOfSecrets(build, files),
    notes,
  };
}

/** What cannot be taken is told where it is asked for. */
function takenBy(error: unknown, { name, at }: Service, context: string): unknown {
  const isOfIt = error instanceof DefinitionError && /^compose-(?:no-build|service-unknown)$/.test(error.code);
  if (!isOfIt) return error;
  const what = `The service ${name} takes "${context}" from a service that cannot be had. ${error.message}`;
  const place = at(['build', 'additional_contexts', context]);
  return new DefinitionError('compose-link', what, error.hint, place, { cause: error });
}

function launchOf(
  service: Service,
  build: BuildSection,
  files: readonly ProjectFile[],
): { readonly launch: LaunchArguments; readonly notes: readonly string[] } {
  const file = files.at(-1);
  const variables: Variables = file?.variables ?? (() => undefined);
  const context = build.context ?? service.folder;
  const platforms = build.platforms.length > 0 || service.platform === undefined ? build.platforms : [service.platform];
  const allow = [...build.entitlements, ...(build.privileged === true ? ['security.insecure'] : [])];
  const { network } = build;
  const isKnown = network === 'host' || network === 'none' || network === 'default';
  const noCache = build.noCache === true || build.noCacheFilter.length === 0 ? build.noCache : build.noCacheFilter;
  const launch: LaunchArguments = {
    context,
    ...(build.inline === undefined && { dockerfile: dockerfileOf(context, build.dockerfile ?? 'Dockerfile') }),
    ...(build.target !== undefined && build.target !== '' && { target: build.target }),
    ...(build.shmSize !== undefined && { shmSize: build.shmSize }),
    ...(build.pull !== undefined && { pull: build.pull }),
    ...(noCache !== undefined && { noCache }),
    ...(isKnown && { network }),
    platforms,
    buildArgs: valuesOf(build.args, variables),
    buildContexts: contextsOf(build),
    labels: valuesOf(build.labels, () => ''),
    tags: [...(service.image === undefined ? [] : [service.image]), ...build.tags],
    secrets: secretsOf(service, build, files),
    ssh: [...build.ssh].map(([id, path]) => (path === null ? id : `${id}=${path}`)),
    addHosts: build.extraHosts,
    ulimits: [...build.ulimits].map(([name, limit]) => `${name}=${limit}`),
    cacheFrom: build.cacheFrom,
    allow,
  };
  const notes = [
    ...service.unset.map((name) => `The variable ${name} is not set: it is taken for an empty text.`),
    ...build.others.map(
      (name) => `"build" of the service ${service.name} has "${name}", which is not known here and is left out.`,
    ),
    ...(network === undefined || isKnown ? [] : [`BuildKit knows no network "${network}": the usual one is used.`]),
  ];
  return { launch, notes };
}

function dockerfileOf(context: string, dockerfile: string): string {
  return isRemote(context) ? dockerfile : placed(context, dockerfile);
}

/** A name alone takes the value of a variable; one that is not set is left out. */
function valuesOf(pairs: BuildSection['args'], variables: Variables): Record<string, string> {
  const values = [...pairs].flatMap(([name, given]) => {
    const value = given ?? variables(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(values);
}

function contextsOf({ contexts }: BuildSection): Record<string, string> {
  return Object.fromEntries(
    [...contexts].flatMap(([name, value]) =>
      value === null || value.startsWith('service:') ? [] : [[name, value] as const],
    ),
  );
}

/** What the top of the files says of a secret. */
function secretNamed(files: readonly ProjectFile[], source: string) {
  const file = files.findLast(({ document }) => recordOf(document.content['secrets'])?.[source] !== undefined);
  return { file, secret: recordOf(recordOf(file?.document.content['secrets'])?.[source]) };
}

function valuesOfSecrets(build: BuildSection, files: readonly ProjectFile[]): Definition['values'] {
  const values = [...build.secrets.values()].flatMap((source) => {
    const { file, secret } = secretNamed(files, source);
    const variable = textOf(secret?.['environment']);
    const value = variable === undefined ? undefined : file?.variables(variable);
    return variable === undefined || value === undefined ? [] : [[variable, value] as const];
  });
  return Object.fromEntries(values);
}

/** `--secret` for each, from what the top of the files says of them. */
function secretsOf(service: Service, build: BuildSection, files: readonly ProjectFile[]): readonly string[] {
  return [...build.secrets].map(([id, source]) => {
    const { file, secret } = secretNamed(files, source);
    const fail = (what: string): never => {
      const place =
        file === undefined
          ? service.at(['build', 'secrets'])
          : { path: file.document.path, line: file.document.lineOf(['secrets', source]) };
      const hint = 'Under "secrets" at the top of the file it has a name, and "file" or "environment".';
      throw new DefinitionError('compose-secret', `${place.path}: ${what}`, hint, place);
    };
    if (file === undefined || secret === undefined)
      return fail(`there is no secret "${source}", which the build of the service ${service.name} uses.`);
    const fill = (text: string): string =>
      interpolate(text, { variables: file.variables, onUnset: () => undefined, fail });
    const [path, variable] = [textOf(secret['file']), textOf(secret['environment'])];
    if (path !== undefined) return ['id=' + id, 'src=' + placed(file.folder, fill(path))].map(csvField).join(',');
    if (variable !== undefined) return ['id=' + id, 'env=' + fill(variable)].map(csvField).join(',');
    return fail(`the secret "${source}" comes from elsewhere: a build has no access to it.`);
  });
}
