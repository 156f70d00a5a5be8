/** A target of a Bake file as a build: what `buildx bake --print` says of it. */
import { readFile } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import type { LaunchArguments } from '../../contract.js';
import { flagOf, listOf, pairsOf, recordOf, textOf, textsOf } from '../fields.js';
import { nearest } from '../../patterns/nearest.js';
import { csvField } from '../csv-field.js';
import { type Definition, DefinitionError, noPins } from '../definition.js';
import { isRemote } from '../remote.js';
import { type Place, runBuildx } from './buildx.js';
import { bakeTargets } from './targets.js';

/** Which target of which files. */
export interface BakeRequest {
  /** Absolute paths; none for the files that bake finds in `cwd`. */
  readonly paths: readonly string[];
  /** Undefined for the default group, if it has one target. */
  readonly target: string | undefined;
  /** Absolute folder that paths in the files start from. */
  readonly cwd: string;
}

type Targets = Readonly<Record<string, unknown>>;

/** Reads a target, or throws words about what is wrong with it or its files. */
export async function readBake(request: BakeRequest, place: Place): Promise<Definition> {
  const { target } = request;
  const printed = await print(request, place);
  const targets = recordOf(printed?.['target']) ?? {};
  const asked = textsOf(recordOf(recordOf(printed?.['group'])?.['default'])?.['targets']);
  const name = oneOf(
    target,
    asked.flatMap((item) => membersOf(printed, item)),
    targets,
    title(request),
  );
  return define(targets, name, request, []);
}

async function print(request: BakeRequest, place: Place): Promise<ReturnType<typeof recordOf>> {
  const { paths, target, cwd } = request;
  const files = paths.flatMap((path) => ['--file', inside(cwd, path)]);
  try {
    const wanted = target === undefined ? [] : [target];
    return recordOf(JSON.parse(await runBuildx(['bake', ...files, '--print', ...wanted], cwd, place)));
  } catch (error) {
    if (!(error instanceof DefinitionError) || !error.message.includes('failed to find target')) throw error;
    const names = await targetsWritten(request);
    const [only] = names;
    if (target === undefined && only !== undefined && names.length === 1)
      return await print({ ...request, target: only }, place);
    throw noTarget(request, names, error);
  }
}

/** Names in the files, as they are written: matrices make others. */
async function targetsWritten({ paths, cwd }: BakeRequest): Promise<readonly string[]> {
  const files = paths.length > 0 ? paths : ['docker-bake.json', 'docker-bake.hcl'].map((name) => resolve(cwd, name));
  const texts = await Promise.all(files.map((path) => readFile(path, 'utf8').catch(() => '')));
  return [...new Set(texts.flatMap(bakeTargets))];
}

/** What buildx cannot find is the target that is asked for, the one that is usual, or one that another takes from. */
function noTarget(request: BakeRequest, names: readonly string[], cause: DefinitionError): DefinitionError {
  const file = title(request);
  const missed = /failed to find target (\S+?)\.?(?:\s|$)/.exec(cause.message)?.[1] ?? '';
  const isUsual = request.target === undefined && missed === 'default';
  const what = isUsual ? `No target is named, and ${file} has no default one.` : cause.message;
  const near = isUsual ? undefined : nearest(missed, names);
  const all = names.length === 0 ? '' : `Its targets: ${names.join(', ')}.`;
  return new DefinitionError(
    'bake-target-missing',
    what,
    near === undefined ? all : `Did you mean "${near}"?`,
    undefined,
    { cause },
  );
}

/** Bake takes paths below the folder that it runs in without asking. */
function inside(cwd: string, path: string): string {
  const short = relative(cwd, path);
  return short.startsWith('..') || isAbsolute(short) ? path : short;
}

function title({ paths, cwd }: BakeRequest): string {
  return paths.length === 0 ? `the Bake file of ${cwd}` : paths.join(' and ');
}

/** Targets of a group, or the target itself. */
function membersOf(printed: Readonly<Record<string, unknown>> | undefined, name: string): readonly string[] {
  const group = recordOf(recordOf(printed?.['group'])?.[name]);
  return group === undefined ? [name] : textsOf(group['targets']);
}

function oneOf(wanted: string | undefined, asked: readonly string[], targets: Targets, file: string): string {
  if (wanted !== undefined && targets[wanted] !== undefined) return wanted;
  const [first] = asked;
  if (first !== undefined && asked.length === 1 && targets[first] !== undefined) return first;
  const names = asked.length > 0 ? asked : Object.keys(targets);
  const what =
    wanted === undefined
      ? `${file.replace(/^the/, 'The')} has no single target to build.`
      : `"${wanted}" of ${file} is a group of ${names.length} targets.`;
  throw new DefinitionError('bake-target-missing', what, `Name one of them: ${names.join(', ')}.`);
}

function define(targets: Targets, name: string, request: BakeRequest, above: readonly string[]): Definition {
  const target = recordOf(targets[name]);
  if (target === undefined || above.includes(name)) {
    const what =
      target === undefined ? `${title(request)} has no target "${name}".` : `The target ${name} takes from itself.`;
    throw new DefinitionError('bake-target-unknown', what);
  }
  const links = new Map<string, Definition>();
  for (const [context, value] of pairsOf(target['contexts'])) {
    const linked = /^target:(.*)$/.exec(value ?? '')?.[1];
    if (linked !== undefined) links.set(context, define(targets, linked, request, [...above, name]));
  }
  return {
    name: `target ${name}`,
    title: `Target ${name} of ${title(request)}`,
    launch: launchOf(target, request.cwd),
    inline: textOf(target['dockerfile-inline']),
    links,
    pins: noPins,
    place: undefined,
    values: {},
    notes: [],
  };
}

function launchOf(target: Targets, cwd: string): LaunchArguments {
  const context = place(textOf(target['context']) ?? '.', cwd);
  const dockerfile = textOf(target['dockerfile']) ?? 'Dockerfile';
  const network = textOf(target['network']);
  const filters = textsOf(target['no-cache-filter']);
  const noCache = flagOf(target['no-cache']) ?? (filters.length > 0 ? filters : undefined);
  const pull = flagOf(target['pull']);
  const [stage, shmSize] = [textOf(target['target']), textOf(target['shm-size'])];
  return {
    context,
    ...(textOf(target['dockerfile-inline']) === undefined && {
      dockerfile: dockerfileOf(dockerfile, context, cwd),
    }),
    ...(stage !== undefined && stage !== '' && { target: stage }),
    ...(shmSize !== undefined && { shmSize }),
    ...(pull !== undefined && { pull }),
    ...(noCache !== undefined && { noCache }),
    ...((network === 'host' || network === 'none' || network === 'default') && { network }),
    platforms: textsOf(target['platforms']),
    buildArgs: valuesOf(target['args']),
    buildContexts: contextsOf(target['contexts'], cwd),
    labels: valuesOf(target['labels']),
    tags: textsOf(target['tags']),
    annotations: textsOf(target['annotations']),
    secrets: listOf(target['secret']).map((secret) => csvOf(secret, cwd)),
    ssh: listOf(target['ssh']).map((ssh) => sshOf(ssh, cwd)),
    addHosts: [...pairsOf(target['extra-hosts'])].map(([host, ip]) => `${host}=${ip ?? ''}`),
    ulimits: textsOf(target['ulimits']),
    cacheFrom: listOf(target['cache-from']).map((cache) => csvOf(cache, cwd)),
    allow: textsOf(target['entitlements']),
  };
}

/** `cwd://` is the folder that bake runs in, also where all else is elsewhere. */
const here = /^cwd:\/\//;

function place(path: string, cwd: string): string {
  return isRemote(path) ? path : resolve(cwd, path.replace(here, ''));
}

function dockerfileOf(path: string, context: string, cwd: string): string {
  if (here.test(path)) return place(path, cwd);
  return isRemote(context) ? path : resolve(context, path);
}

function valuesOf(value: unknown): Record<string, string> {
  return Object.fromEntries(
    [...pairsOf(value)].flatMap(([name, text]) => (text === null ? [] : [[name, text] as const])),
  );
}

function contextsOf(value: unknown, cwd: string): Record<string, string> {
  const contexts = [...pairsOf(value)].flatMap(([name, text]) => {
    if (text === null || text.startsWith('target:')) return [];
    return [[name, /^(?!cwd:)[\w+.-]+:\/\//.test(text) ? text : place(text, cwd)] as const];
  });
  return Object.fromEntries(contexts);
}

/** `type=local,src=c`; older versions print the text itself. */
function csvOf(value: unknown, cwd: string): string {
  const text = textOf(value);
  if (text !== undefined) return text;
  const fields = Object.entries(recordOf(value) ?? {}).flatMap(([name, item]) => {
    const field = textOf(item);
    const isPath = name === 'src' || name === 'source';
    return field === undefined ? [] : [csvField(`${name}=${isPath ? resolve(cwd, field) : field}`)];
  });
  return fields.join(',');
}

function sshOf(value: unknown, cwd: string): string {
  const text = textOf(value);
  if (text !== undefined) return text;
  const record = recordOf(value);
  const paths = textsOf(record?.['paths']).map((path) => resolve(cwd, path));
  const id = textOf(record?.['id']) ?? 'default';
  return paths.length === 0 ? id : `${id}=${paths.join(',')}`;
}
