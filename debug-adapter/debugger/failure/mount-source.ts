/** Why the source of a --mount is not there, which engines say in many ways, and at times not at all. */
import type { Mount } from '../../buildkit/gen/ops.js';
import type { LlbVertex } from '../../buildkit/llb.js';
import type { Instruction } from '../../dockerfile/model.js';
import { mountFields } from '../../dockerfile/mount.js';
import { cleanPath } from '../../patterns/clean-path.js';
import type { BuildSettings } from '../api.js';
import { type Diagnosis, diagnoseSource, missingPath } from './copy-doctor.js';
import type { CopySource } from './copy-source.js';
import { splitPath } from '../trees/files.js';
import { shorten } from '../common/one-line.js';
import { inputOf, type Result } from '../program/program.js';

/** What the engine is asked about what a mount shows. */
export interface MountSources {
  /** What a name behind `from=` means. */
  readonly named: (from: string | undefined) => Omit<CopySource, 'list' | 'path'>;
  readonly list: (result: Result | undefined) => CopySource['list'];
}

interface Missing {
  readonly mount: Mount;
  /** Of what it was to show. */
  readonly path: string;
  readonly list: CopySource['list'];
}

/** Longest that is waited for what a mount shows, in milliseconds. */
const LONGEST = 1500;
/** BuildKit 0.34 says this when it mounts a folder of an image that is not there. */
const unsaid = /releasing already released reference/;

/** Undefined when the engine's error is about something else. */
export async function diagnoseMount(
  instruction: Instruction,
  vertex: LlbVertex | undefined,
  engineMessage: string,
  settings: BuildSettings,
  sources: MountSources,
): Promise<Diagnosis | undefined> {
  const op = vertex?.op.op;
  if (vertex === undefined || op?.$case !== 'exec') return undefined;
  const shown = op.value.mounts
    .filter(({ dest, input, selector }) => dest !== '/' && input >= 0n && selector !== '')
    .map((mount): Missing => {
      const path = cleanPath(`/${mount.selector}`);
      return { mount, path, list: sources.list(inputOf(vertex, Number(mount.input))) };
    });
  const path = missingPath(engineMessage);
  const missing =
    path !== undefined
      ? // Old engines say where it would have been on their own machine.
        (shown.find((each) => each.path === path) ?? shown.find((each) => path.endsWith(each.path)))
      : unsaid.test(engineMessage)
        ? await firstMissing(shown)
        : undefined;
  if (missing === undefined) return undefined;
  const flag = flagOf(instruction, missing);
  const label = `RUN --mount=${shorten(flag?.value ?? `target=${missing.mount.dest}`)}`;
  const sourceOf = (from: string | undefined): CopySource => ({
    ...sources.named(from),
    path: missing.path,
    list: missing.list,
  });
  return diagnoseSource({ instruction, label, missing: missing.path, from: flag?.from }, settings, sourceOf);
}

async function firstMissing(shown: readonly Missing[]): Promise<Missing | undefined> {
  const signal = AbortSignal.timeout(LONGEST);
  for (const each of shown) {
    const { folder, name } = splitPath(each.path);
    const files = await each.list(folder, signal).catch(() => []);
    if (!files.some((file) => file.name === name) && !signal.aborted) return each;
  }
  return undefined;
}

interface MountFlag {
  readonly value: string;
  readonly from: string | undefined;
}

/** The flag of a mount: by its source, else by its target; variables in them are not known here. */
function flagOf({ flags }: Instruction, { mount, path }: Missing): MountFlag | undefined {
  const all = flags
    .filter(({ name }) => name === 'mount')
    .map(({ value }) => {
      const fields = new Map((mountFields(value) ?? []).map((field) => [field.key, field.value ?? '']));
      const source = fields.get('source') ?? fields.get('src');
      const target = fields.get('target') ?? fields.get('dst') ?? fields.get('destination') ?? '';
      return { value, from: fields.get('from'), source, target };
    })
    .filter(({ source }) => source !== undefined);
  const isSource = ({ source = '' }: (typeof all)[number]): boolean => cleanPath(`/${source}`) === path;
  const isTarget = ({ target }: (typeof all)[number]): boolean => mount.dest.endsWith(cleanPath(`/${target}`));
  return all.find((each) => isSource(each) && isTarget(each)) ?? all.find(isSource) ?? all.find(isTarget) ?? all[0];
}
