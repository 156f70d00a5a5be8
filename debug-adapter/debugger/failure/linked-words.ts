/** What is told of a command of another build, which this one takes from: it fails where that is taken. */
import type { Dockerfile } from '../../dockerfile/model.js';
import { parseDockerfile } from '../../dockerfile/parse.js';
import type { BuildSettings, LinkedBuild } from '../build-settings.js';
import type { Program, Step } from '../program/program.js';
import type { BroughtCommand } from './onbuild-words.js';

/** Where names in what has failed have their meaning: in the build that has it, and its Dockerfile. */
export function whereNamed(
  { dockerfile, linked, llb }: Pick<Program, 'dockerfile' | 'linked' | 'llb'>,
  settings: BuildSettings,
  digest: string,
): { readonly dockerfile: Dockerfile; readonly settings: BuildSettings } {
  const build = linked.get(digest)?.build;
  if (build === undefined) return { dockerfile, settings };
  const source = llb.vertices.get(digest)?.locations[0]?.sourceIndex ?? -1;
  const text = new TextDecoder().decode(llb.definition.Source?.infos[source]?.data);
  return { dockerfile: parseDockerfile(text), settings: build.settings };
}

/** The command that a vertex of another build carries out; undefined for a vertex of this one. */
export function linkedCommand(
  { instruction, vertices }: Pick<Step, 'instruction' | 'vertices'>,
  digest: string,
  { linked }: Pick<Program, 'linked'>,
): (BroughtCommand & { readonly build: LinkedBuild }) | undefined {
  const build = linked.get(digest)?.build;
  if (build === undefined) return undefined;
  const users = vertices.filter(({ inputs }) => inputs.some((input) => input.digest === digest));
  const written = [...vertices.filter((vertex) => vertex.digest === digest), ...users].find(
    (vertex) => vertex.locations.length > 0,
  );
  const [told] = parseDockerfile(written?.name.replace(/^\[[^\]]*\] /, '') ?? '').instructions;
  if (written === undefined || told === undefined) return undefined;
  const { stage, index, startLine, endLine } = instruction;
  const [place] = written.locations;
  const file = build.settings.dockerfileIsLocal ? build.settings.dockerfile : (place?.filename ?? 'its Dockerfile');
  const { name } = build;
  return {
    build,
    command: { ...told, stage, index, startLine, endLine },
    isWritten: false,
    isOfImage: false,
    at: (text) => `${text} of ${name}`,
    origin: `The command is on line ${place?.startLine ?? 1} of ${file}: ${name} is built first, and taken from here.`,
  };
}
