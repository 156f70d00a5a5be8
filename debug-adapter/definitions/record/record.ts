/** A build that was recorded elsewhere, to be run again here: with the same settings, on the files that are here. */
import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import type { LaunchArguments } from '../../contract.js';
import { textOf, recordOf } from '../compose/fields.js';
import { type Definition, DefinitionError } from '../definition.js';
import { isRemote } from '../remote.js';
import { type Archived, readArchive } from './archive.js';
import { begunAt, durationOf, failureOf, imagesOf, type RecordedFailure } from './failure.js';
import { launchOfAttributes } from './attributes.js';

/** Which record, and where its files are here. */
export interface RecordRequest {
  /** Absolute. */
  readonly path: string;
  /** Absolute folder with the sources: the top of the repository. */
  readonly cwd: string;
}

/** Reads a record: of several builds the last one that failed. Throws words if it is none. */
export async function readRecord({ path, cwd }: RecordRequest): Promise<Definition> {
  const builds = await readArchive(path);
  const build = builds.findLast((one) => failureOf(one) !== undefined) ?? builds.at(-1);
  if (build === undefined) throw new DefinitionError('record-unusable', `${path} has no build in it.`);
  const attributes = textsOf(build.record['FrontendAttrs']);
  const frontend = textOf(build.record['Frontend']) ?? 'dockerfile.v0';
  const said = launchOfAttributes({ platform: textOf(build.record['DefaultPlatform']) ?? '', ...attributes });
  const places = await placesOf(build, attributes, cwd);
  const launch = { ...said.launch, ...places };
  const failure = failureOf(build);
  return {
    title: `Build record ${path}`,
    launch,
    inline: undefined,
    place: undefined,
    values: {},
    links: new Map(),
    pins: new Map(imagesOf(build).map((image) => [image.replace(/@.*/, ''), image])),
    notes: [
      story(build, failure),
      ...(await differences(failure, places.dockerfile)),
      ...said.notes,
      ...(frontend === 'dockerfile.v0' || frontend === 'gateway.v0'
        ? []
        : [`It was built by the frontend ${frontend}.`]),
      ...others(builds),
    ],
  };
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  const fields = Object.entries(recordOf(value) ?? {});
  return Object.fromEntries(
    fields.flatMap(([name, item]) => (typeof item === 'string' ? [[name, item] as const] : [])),
  );
}

/** A context that is a URL is the same everywhere; a folder is looked for here. */
async function placesOf(
  { record }: Archived,
  attributes: Readonly<Record<string, string>>,
  cwd: string,
): Promise<Pick<LaunchArguments, 'context' | 'dockerfile'>> {
  const file = attributes['filename'] ?? 'Dockerfile';
  const url = attributes['context'];
  if (url !== undefined && isRemote(url)) return { context: url, dockerfile: file };
  const state = recordOf(record['localState']);
  const [local, localFile] = [textOf(state?.['LocalPath']), textOf(state?.['DockerfilePath'])];
  if (local !== undefined && isAbsolute(local) && (await isFolder(local))) {
    const dockerfile = localFile === undefined || localFile === '' ? join(local, file) : resolve(local, localFile);
    return { context: local, dockerfile };
  }
  // Of a build elsewhere, what it was within its repository.
  const context = resolve(cwd, attributes['vcs:localdir:context'] ?? '.');
  const folder = attributes['vcs:localdir:dockerfile'];
  return { context, dockerfile: folder === undefined ? join(context, file) : resolve(cwd, folder, file) };
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // It was a folder of another machine.
    return false;
  }
}

/** What happened, for whoever was not there. */
function story(build: Archived, failure: RecordedFailure | undefined): string {
  const [begun, seconds] = [begunAt(build), durationOf(build)];
  const when = begun === undefined ? '' : ` on ${begun.toISOString().replace('T', ' ').slice(0, 16)} UTC`;
  const time = seconds === undefined ? '' : `, in ${seconds.toFixed(1)} s`;
  const images = imagesOf(build).map((image) => `  FROM ${image}`);
  if (failure === undefined) return [`It was built${when}${time}.`, ...images].join('\n');
  const { place, step, output, message } = failure;
  const line = place === undefined ? '' : ` on line ${place.startLine} of its Dockerfile`;
  return [
    `It failed${when}${time}${line}: ${step ?? message}`,
    ...(step === undefined ? [] : [`  ${message}`]),
    ...output.map((text) => `  | ${text}`),
    ...images,
  ].join('\n');
}

/** Whether the Dockerfile here is the recorded one: what fails there may be another line here. */
async function differences(failure: RecordedFailure | undefined, path: string | undefined): Promise<readonly string[]> {
  const then = failure?.dockerfile;
  if (then === undefined || path === undefined || !isAbsolute(path)) return [];
  const now = await readFile(path, 'utf8').catch(() => undefined);
  // That there is none is said when it is launched.
  if (now === undefined || now === then) return [];
  const [before, here] = [then.split('\n'), now.split('\n')];
  const line = before.findIndex((text, index) => text !== here[index]) + 1 || before.length + 1;
  return [`The Dockerfile here is not the recorded one: they differ from line ${line} on.`];
}

function others(builds: readonly Archived[]): readonly string[] {
  return builds.length === 1 ? [] : [`The file has ${builds.length} builds: this is the last one that failed.`];
}
