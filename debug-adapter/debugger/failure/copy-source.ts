/** What COPY takes from: a stage, an image, or a context that is elsewhere, and where in it a file is that was not found. */
import type { Gateway } from '../../buildkit/api.js';
import { findStage } from '../../dockerfile/locate.js';
import type { Dockerfile, Instruction } from '../../dockerfile/model.js';
import { nextWorkdir } from '../../dockerfile/paths.js';
import { cleanPath } from '../../patterns/clean-path.js';
import type { BuildSettings, FileFact } from '../api.js';
import { copiesOf } from '../stop/copy-preview.js';
import { fileFact } from '../trees/files.js';
import { inputOf, type Program, type Result, type Step } from '../program/program.js';
import { shownUrl } from './remote-words.js';
import { materialize } from '../containers/scene.js';

export interface CopySource {
  /** What was looked for, absolute: old engines say where it would have been on their own machine. */
  readonly path: string;
  /** In a sentence: `the stage build`. */
  readonly title: string;
  /** Its name among the file systems of a stop; undefined where it has none. */
  readonly tree: string | undefined;
  /** Folder of this machine that it is. */
  readonly folder: string | undefined;
  /** Its paths are written from its root on, without a slash. */
  readonly isContext: boolean;
  /** Where commands of the stage run; '/' where that is not known. */
  readonly workdir: string;
  /** What a folder of it holds; empty for what is none. */
  readonly list: (folder: string, signal: AbortSignal) => Promise<readonly FileFact[]>;
}

/** What a name behind `--from=` means: a named context goes before a stage, and a stage before an image. */
export function sourceNamed(
  from: string | undefined,
  dockerfile: Pick<Dockerfile, 'stages' | 'escape'>,
  {
    frontendAttrs,
    locals,
    context: main,
    links,
  }: Pick<BuildSettings, 'frontendAttrs' | 'locals' | 'context'> & Partial<Pick<BuildSettings, 'links'>>,
): Omit<CopySource, 'list' | 'path'> {
  const none = { folder: undefined, tree: undefined, workdir: '/', isContext: false };
  if (from === undefined) {
    const [title, folder] = main.kind === 'remote' ? [shownUrl(main.url), undefined] : [main.path, main.path];
    return { ...none, title: `the build context ${title}`, folder, tree: 'context', isContext: true };
  }
  const linked = links?.get(from.toLowerCase());
  if (linked !== undefined) return { ...none, title: `the build context "${from}" (${linked.name})` };
  const context = frontendAttrs[`context:${from.toLowerCase()}`];
  if (context !== undefined) {
    const folder = context.startsWith('local:') ? locals[context.slice('local:'.length)]?.root : undefined;
    const isContext = !/^(?:docker-image|oci-layout|target|input):/.test(context);
    return { ...none, title: `the build context "${from}" (${folder ?? shownUrl(context)})`, folder, isContext };
  }
  const stage = findStage(dockerfile, from);
  if (stage === undefined) return { ...none, title: `the image ${from}` };
  const title = stage.name === undefined ? `stage ${stage.index}` : `the stage ${stage.name}`;
  const tree = `stage:${stage.name ?? stage.index}`;
  return { ...none, title, tree, workdir: workdirOf(dockerfile, stage.index) };
}

/** The same, and what the engine has of it: it was made before the file was looked for. */
export function copySource(
  { program, step, gateway }: { readonly program: Program; readonly step: Step; readonly gateway: Gateway },
  settings: BuildSettings,
  from: string | undefined,
  missing: string,
): CopySource {
  const copies = step.vertices.flatMap(copiesOf);
  const pathOf = ({ action }: (typeof copies)[number]): string => cleanPath(`/${action.src}`);
  const own = copies.find((each) => pathOf(each) === missing) ?? copies.find((each) => missing.endsWith(pathOf(each)));
  const copy = own ?? copies[0];
  return {
    ...sourceNamed(from, program.dockerfile, settings),
    path: own === undefined ? missing : pathOf(own),
    list: copy === undefined ? () => Promise.resolve([]) : listOf(gateway, program, inputOf(copy.vertex, copy.source)),
  };
}

/** What a folder of a result holds; it is made at the first question, if it is not there. */
export function listOf(gateway: Gateway, program: Program, result: Result | undefined): CopySource['list'] {
  let made: Promise<string> | undefined;
  return async (folder, signal) => {
    made ??= materialize(gateway, program, result, signal);
    const ref = await made;
    return ref === '' ? [] : (await gateway.readDir(ref, folder, { signal })).map(fileFact);
  };
}

/** As far as it stands in the Dockerfile. */
function workdirOf({ stages }: Pick<Dockerfile, 'stages'>, index: number): string {
  const above: Instruction[] = [];
  for (let at: number | undefined = index; at !== undefined; at = stages[at]?.baseStage)
    above.unshift(...(stages[at]?.instructions ?? []));
  const paths = above.filter(({ keyword }) => keyword === 'WORKDIR').map(({ args }) => args);
  return paths.some((path) => path.includes('$'))
    ? '/'
    : paths.reduce((at, path) => nextWorkdir(at, path, 'linux'), '/');
}
