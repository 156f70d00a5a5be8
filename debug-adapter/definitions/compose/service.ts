/** A service of a project: what all files, and the services that it extends, say of its build. */
import { dirname } from 'node:path';
import { nearest } from '../../patterns/nearest.js';
import { DefinitionError } from '../definition.js';
import { placed } from '../placed.js';
import { type BuildSection, mergeBuild, readBuild } from './build-section.js';
import { type ComposeDocument, readDocument } from './document.js';
import { recordOf, textOf } from '../fields.js';
import { interpolate } from './interpolate.js';
import type { ProjectFile } from './project.js';

/** A line of a file. */
type Place = NonNullable<DefinitionError['place']>;

/** What the files say. */
export interface Service {
  readonly name: string;
  /** Undefined for one that is not built. */
  readonly build: BuildSection | undefined;
  readonly image: string | undefined;
  readonly platform: string | undefined;
  /** Folder of the project that has it: the context of a build that names none. */
  readonly folder: string;
  /** Where its build is written first. */
  readonly place: Place;
  /** Where these keys of it are, or the nearest thing around them. */
  readonly at: (keys: readonly string[]) => Place;
  /** Variables without a value and without a default. */
  readonly unset: readonly string[];
}

/** What one file says of a service, with variables filled in. */
interface Layer {
  readonly file: ProjectFile;
  /** In that file; a service that is extended has another one. */
  readonly name: string;
  readonly content: Readonly<Record<string, unknown>>;
  /** Keys below the service that an earlier file's words give way to. */
  readonly dropped: readonly (readonly string[])[];
}

/** Services by name, of all files, that say how to build themselves: directly, or by what they extend. */
export function buildable(files: readonly ProjectFile[]): readonly string[] {
  const names = new Set<string>();
  for (const { document } of files)
    for (const [name, service] of Object.entries(servicesOf(document))) {
      const { build, extends: base } = recordOf(service) ?? {};
      if ((build ?? base ?? undefined) !== undefined) names.add(name);
    }
  return [...names];
}

function servicesOf(document: ComposeDocument): Readonly<Record<string, unknown>> {
  return recordOf(document.content['services']) ?? {};
}

/** Reads a service, or throws words: no such service, a circle of `extends`, a variable that has to be set. */
export async function readService(files: readonly ProjectFile[], name: string): Promise<Service> {
  const unset = new Set<string>();
  const layers = await layersOf(files, name, { unset, above: [] });
  const [first] = layers;
  if (first === undefined) throw unknownService(files, name);
  const clean = layers.map(({ content }, index) =>
    layers.slice(index + 1).reduce((left, { dropped }) => dropped.reduce(deleteAt, left), content),
  );
  const builds = clean.flatMap(({ build }, index) => {
    const folder = layers[index]?.file.folder ?? '';
    return build === undefined || build === null ? [] : [readBuild(build, folder)];
  });
  const last = (key: string): string | undefined =>
    textOf(clean.findLast((layer) => textOf(layer[key]) !== undefined)?.[key]);
  const [start, ...rest] = builds;
  const own = layers.filter((layer) => layer.name === name && files.includes(layer.file));
  return {
    name,
    build: start === undefined ? undefined : rest.reduce(mergeBuild, start),
    image: last('image'),
    platform: last('platform'),
    folder: (own[0] ?? first).file.folder,
    place: placeOf(own.find(({ content }) => content['build'] !== undefined) ?? own[0] ?? first, []),
    at: (keys) => placeOf(layers.findLast((layer) => says(layer, keys)) ?? own[0] ?? first, keys),
    unset: [...unset],
  };
}

function says({ file, name }: Layer, keys: readonly string[]): boolean {
  const service = servicesOf(file.document)[name];
  return keys.reduce((value, key) => recordOf(value)?.[key], service) !== undefined;
}

function placeOf({ file: { document }, name }: Layer, keys: readonly string[]): Place {
  return { path: document.path, line: document.lineOf(['services', name, ...keys]) };
}

interface Walk {
  readonly unset: Set<string>;
  /** `PATH NAME` of services that extend this one. */
  readonly above: readonly string[];
}

async function layersOf(files: readonly ProjectFile[], name: string, walk: Walk): Promise<readonly Layer[]> {
  const layers: Layer[] = [];
  for (const file of files) {
    const service = recordOf(servicesOf(file.document)[name]);
    if (service === undefined) continue;
    layers.push(...(await extended(file, name, service['extends'], files, walk)));
    const content = fill(service, file, name, walk.unset);
    layers.push({ file, name, content, dropped: droppedOf(file.document, name) });
  }
  return layers;
}

/** Layers of the service that this one extends. */
async function extended(
  file: ProjectFile,
  name: string,
  value: unknown,
  files: readonly ProjectFile[],
  walk: Walk,
): Promise<readonly Layer[]> {
  if (value === undefined || value === null) return [];
  const place = { path: file.document.path, line: file.document.lineOf(['services', name, 'extends']) };
  const base = textOf(value) ?? textOf(recordOf(value)?.['service']);
  if (base === undefined)
    throw new DefinitionError('compose-extends', `"extends" of the service ${name} names no service.`, '', place);
  const path = textOf(recordOf(value)?.['file']);
  const own = `${file.document.path} ${name}`;
  if (walk.above.includes(own))
    throw new DefinitionError('compose-extends', `The service ${name} extends itself, by way of others.`, '', place);
  const below = { ...walk, above: [...walk.above, own] };
  // What other files say of the one that is extended is said of that one alone.
  const here = servicesOf(file.document)[base] === undefined ? files : [file];
  const from = path === undefined ? here : [await otherFile(file, path)];
  const layers = await layersOf(from, base, below);
  if (layers.length === 0)
    throw new DefinitionError(
      'compose-extends',
      `The service ${name} extends ${base}, which ${path ?? 'no file'} has.`,
      '',
      place,
    );
  return layers;
}

async function otherFile(file: ProjectFile, path: string): Promise<ProjectFile> {
  const fail = (what: string): never => {
    throw new DefinitionError('compose-extends', `${file.document.path}: ${what}`);
  };
  const filled = interpolate(path, { variables: file.variables, onUnset: () => undefined, fail });
  const document = await readDocument(placed(file.folder, filled));
  return { document, folder: dirname(document.path), variables: file.variables };
}

/** The parts that a build needs, with variables filled in; variables elsewhere may be missing. */
function fill(
  { build, image, platform }: Readonly<Record<string, unknown>>,
  { document, variables }: ProjectFile,
  name: string,
  unset: Set<string>,
): Layer['content'] {
  const filled = (value: unknown, keys: readonly string[]): unknown => {
    if (typeof value === 'string') {
      const fail = (what: string): never => {
        throw new DefinitionError(
          'compose-variable',
          `Service ${name}: ${what}`,
          what.includes('has to be set') ? 'Set it in the environment, or in .env beside the file.' : '',
          {
            path: document.path,
            line: document.lineOf(keys),
          },
        );
      };
      return interpolate(value, { variables, onUnset: (variable) => unset.add(variable), fail });
    }
    if (Array.isArray(value)) return value.map((item: unknown) => filled(item, keys));
    const record = recordOf(value);
    if (record === undefined) return value;
    return Object.fromEntries(Object.entries(record).map(([key, item]) => [key, filled(item, [...keys, key])]));
  };
  const own = ['services', name];
  const parts = { build: typeof build === 'string' ? { context: build } : build, image, platform };
  return Object.fromEntries(Object.entries(parts).map(([key, value]) => [key, filled(value, [...own, key])]));
}

function droppedOf(document: ComposeDocument, name: string): Layer['dropped'] {
  return [...document.dropped].flatMap((text) => {
    const [services, service, ...keys] = text.split(' ');
    return services === 'services' && service === name && keys.length > 0 ? [keys] : [];
  });
}

function deleteAt(
  content: Readonly<Record<string, unknown>>,
  [key = '', ...rest]: readonly string[],
): Readonly<Record<string, unknown>> {
  const inner = recordOf(content[key]);
  if (rest.length > 0) return inner === undefined ? content : { ...content, [key]: deleteAt(inner, rest) };
  return Object.fromEntries(Object.entries(content).filter(([name]) => name !== key));
}

function unknownService(files: readonly ProjectFile[], name: string): DefinitionError {
  const path = files.at(-1)?.document.path ?? '';
  const known = buildable(files);
  const near = nearest(name, known);
  const all = known.length === 0 ? 'None of its services is built.' : `Services that are built: ${known.join(', ')}.`;
  return new DefinitionError(
    'compose-service-unknown',
    `${path} has no service "${name}".`,
    near === undefined ? all : `Did you mean "${near}"?`,
  );
}
