/** A build that was recorded elsewhere, to be run again here: with the same settings, on the files that are here. */
import { readFile } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { textOf, recordOf } from '../fields.js';
import { type Definition, DefinitionError } from '../definition.js';
import { type Archived, readArchive } from './archive.js';
import { begunAt, durationOf, failureOf, imagesOf, type RecordedFailure } from './failure.js';
import { launchOfAttributes } from './attributes.js';
import { isFile, placesOf, type SourceFolder } from './places.js';

/** Which record, and where its files are here. */
export interface RecordRequest {
  /** Absolute. */
  readonly path: string;
  /** The top of the repository. */
  readonly folder: SourceFolder;
  /** The user says which Dockerfile is built. */
  readonly hasDockerfile: boolean;
}

/** Reads a record: of several builds the last one that failed by itself. Throws words if it is none. */
export async function readRecord({ path, folder, hasDockerfile }: RecordRequest): Promise<Definition> {
  const builds = await readArchive(path);
  const build = chosen(builds);
  if (build === undefined) throw new DefinitionError('record-unusable', `${path} has no build in it.`);
  const attributes = textsOf(build.record['FrontendAttrs']);
  const frontend = textOf(build.record['Frontend']) ?? 'dockerfile.v0';
  const said = launchOfAttributes({ platform: textOf(build.record['DefaultPlatform']) ?? '', ...attributes });
  const failure = failureOf(build);
  const places = await placesOf(build, attributes, folder);
  const inline = places.isTyped ? failure?.dockerfile : undefined;
  const { dockerfile, ...place } = places.launch;
  if (!hasDockerfile && inline === undefined && isAbsolute(dockerfile) && !(await isFile(dockerfile)))
    throw new DefinitionError(
      'record-dockerfile-missing',
      `${plain(story(build, failure))}\nIt cannot be built again here: there is no Dockerfile at ${dockerfile}.`,
      'Set "repository" to the folder of the repository that was built.',
    );
  const launch = { ...said.launch, ...place, ...(inline === undefined && { dockerfile }) };
  return {
    name: 'build record',
    title: `Build record ${path}`,
    launch,
    inline,
    place: undefined,
    values: {},
    links: new Map(),
    pins: new Map(imagesOf(build).map((image) => [image.replace(/@.*/, ''), image])),
    notes: [
      story(build, failure),
      ...(await differences(failure, inline === undefined ? dockerfile : undefined)),
      ...places.notes,
      ...(places.isTyped ? [typed(inline !== undefined)] : []),
      ...said.notes,
      ...(frontend === 'dockerfile.v0' || frontend === 'gateway.v0'
        ? []
        : [`It was built by the frontend ${frontend}.`]),
      ...others(builds, failure),
    ].map(plain),
  };
}

/** Where one of several builds fails, Bake cancels the others. */
function chosen(builds: readonly Archived[]): Archived | undefined {
  const failed = builds.filter((build) => failureOf(build) !== undefined);
  return failed.findLast((build) => failureOf(build)?.isCanceled === false) ?? failed.at(-1) ?? builds.at(-1);
}

/** A record may come from anywhere: what it says moves no cursor and changes no colours. */
function plain(text: string): string {
  return text.replaceAll(/\x1b\[[\d;?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f]/g, '');
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  const fields = Object.entries(recordOf(value) ?? {});
  return Object.fromEntries(
    fields.flatMap(([name, item]) => (typeof item === 'string' ? [[name, item] as const] : [])),
  );
}

/** What happened, for whoever was not there. */
function story(build: Archived, failure: RecordedFailure | undefined): string {
  const [begun, seconds] = [begunAt(build), durationOf(build)];
  const when = begun === undefined ? '' : ` on ${begun.toISOString().replace('T', ' ').slice(0, 16)} UTC`;
  const time = seconds === undefined ? '' : `, in ${seconds.toFixed(1)} s`;
  const images = imagesOf(build).map((image) => `  FROM ${image}`);
  if (failure === undefined) return [`It was built${when}${time}.`, ...images].join('\n');
  const { place, step, output, message, isCanceled } = failure;
  const line = place === undefined ? '' : ` on line ${place.startLine} of its Dockerfile`;
  return [
    `It ${isCanceled ? 'was cancelled' : 'failed'}${when}${time}${line}: ${step ?? message}`,
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

/** A Dockerfile that came from standard input is in no file; a failure is told with it. */
function typed(isKnown: boolean): string {
  const what = 'Its Dockerfile came from standard input';
  return isKnown
    ? `${what}, and is taken from the record.`
    : `${what}, and only builds that failed have recorded it: "dockerfile" names another one.`;
}

function others(builds: readonly Archived[], failure: RecordedFailure | undefined): readonly string[] {
  if (builds.length === 1) return [];
  const what = failure?.isCanceled === true ? ' that was cancelled' : ' that failed';
  return [`The file has ${builds.length} builds: this is the last one${failure === undefined ? '' : what}.`];
}
