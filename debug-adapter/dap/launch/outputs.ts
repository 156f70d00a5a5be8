import { resolve } from 'node:path';
import { stat } from 'node:fs/promises';
import type { LaunchArguments } from '../../contract.js';
import type { BuildSettings } from '../../debugger/api.js';
import { UserError } from '../../debugger/errors.js';
import { csvField } from '../../definitions/csv-field.js';
import { readAttributes, readBoolean } from './csv.js';
import { annotationAttributes } from './annotations.js';
import { readTags } from './tags.js';

/** What becomes of the result. */
export type Outputs = Pick<BuildSettings, 'exporters' | 'exportTargets' | 'layoutOutput' | 'load' | 'tags'>;

type Exporter = BuildSettings['exporters'][number];
type Target = BuildSettings['exportTargets'][number];

interface Output {
  readonly exporter: Exporter;
  readonly target: Target | undefined;
  /** Folder of an OCI layout. */
  readonly layout?: string;
}

const example = 'type=local,dest=out';
const types = ['local', 'tar', 'oci', 'docker', 'image', 'registry', 'cacheonly'];

/** Attributes of `--output`; a bare word is the folder of `type=local`. */
function readOutput(text: string): Readonly<Record<string, string>> {
  if (text.includes('=') || text.includes(',')) return readAttributes('--output', text, example);
  return text === '-' ? { type: 'tar', dest: '-' } : { type: 'local', dest: text };
}

async function isFolder(path: string): Promise<boolean | undefined> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // It does not exist yet, which is the usual case; the export itself reports what cannot be written.
    return undefined;
  }
}

/** Absolute path of what an output is written to; one that exists has to be of the right kind. */
async function pathOf(type: string, dest: string | undefined, cwd: string, folder: boolean): Promise<string> {
  if (dest === undefined || dest === '' || dest === '-') {
    throw new UserError(
      'output-destination',
      `The output type=${type} needs a destination that is a ${folder ? 'folder' : 'file'}.`,
      `For example: type=${type},dest=${folder ? 'out' : 'out.tar'}.${dest === '-' ? ' Standard output cannot be that here.' : ''}`,
    );
  }
  const path = resolve(cwd, dest);
  const found = await isFolder(path);
  if (found !== undefined && found !== folder) {
    throw new UserError(
      'output-destination',
      `The output ${path} is a ${found ? 'folder' : 'file'}; type=${type} writes a ${folder ? 'folder' : 'file'}.`,
    );
  }
  return path;
}

async function toFolder(type: string, dest: string | undefined, cwd: string): Promise<Target> {
  return { kind: 'folder', path: await pathOf(type, dest, cwd, true) };
}

async function toFile(type: string, dest: string | undefined, cwd: string): Promise<Target> {
  return { kind: 'file', path: await pathOf(type, dest, cwd, false) };
}

function isTar(text = 'true'): boolean {
  const tar = readBoolean(text);
  if (tar !== undefined) return tar;
  throw new UserError('output-tar', `tar=${text} of an output is neither true nor false.`);
}

async function toOutput(
  attributes: Readonly<Record<string, string>>,
  cwd: string,
): Promise<Output | 'load' | undefined> {
  const { type, dest, ...attrs } = attributes;
  switch (type) {
    case 'local':
      return { exporter: { type, attrs }, target: await toFolder(type, dest, cwd) };
    case 'tar':
      return { exporter: { type, attrs }, target: await toFile(type, dest, cwd) };
    case 'oci':
    case 'docker':
      if (!isTar(attrs['tar']))
        return {
          exporter: { type, attrs },
          target: undefined,
          layout: await pathOf(`${type},tar=false`, dest, cwd, true),
        };
      if (type === 'docker' && dest === undefined) return 'load';
      return { exporter: { type, attrs }, target: await toFile(type, dest, cwd) };
    case 'image':
      return { exporter: { type, attrs }, target: undefined };
    case 'registry':
      return { exporter: { type: 'image', attrs: { push: 'true', ...attrs } }, target: undefined };
    case 'cacheonly':
      return undefined;
    default: {
      const what = type === undefined ? 'An output names no type.' : `There is no output type "${type}".`;
      throw new UserError('output-type', what, `Types are: ${types.join(', ')}. For example: ${example}`);
    }
  }
}

/** `--push` pushes what is an image already, or makes one that is. */
function withPush(outputs: readonly Output[], push: boolean): readonly Output[] {
  if (!push) return outputs;
  const pushed = (attrs: Exporter['attrs']): Exporter => ({ type: 'image', attrs: { ...attrs, push: 'true' } });
  if (!outputs.some(({ exporter }) => exporter.type === 'image')) {
    return [...outputs, { exporter: pushed({}), target: undefined }];
  }
  return outputs.map((output) =>
    output.exporter.type === 'image' ? { ...output, exporter: pushed(output.exporter.attrs) } : output,
  );
}

/** Names and annotations, which the command line gives once for all outputs. */
function complete(exporter: Exporter, tags: readonly string[], annotations: Exporter['attrs']): Exporter {
  const named = ['image', 'oci', 'docker'].includes(exporter.type) && tags.length > 0;
  const name = named ? { name: tags.map(csvField).join(',') } : {};
  const attrs: Readonly<Record<string, string>> = { ...annotations, ...exporter.attrs, ...name };
  if (exporter.type === 'image' && readBoolean(attrs['push'] ?? 'false') === true && (attrs['name'] ?? '') === '') {
    throw new UserError(
      'tag-missing',
      'An image that is pushed needs a name.',
      'Set "tags", for example ["registry.example.com/app:1"].',
    );
  }
  return { type: exporter.type, attrs };
}

/** The engine asks for the folder by one name, whichever exporter it is for. */
function layoutOf(outputs: readonly Output[]): string | undefined {
  const [first, second] = outputs.flatMap(({ layout }) => layout ?? []);
  if (second === undefined) return first;
  throw new UserError(
    'output-layouts',
    `BuildKit writes one OCI layout at a time, and there are ${first} and ${second}.`,
    'Write the other one as a tar: type=oci,dest=image.tar',
  );
}

/** Exporters from `--output`, `--load`, `--push`, `--tag`, `--annotation`. Without any output nothing is exported. */
export async function readOutputs(launch: LaunchArguments & { readonly cwd: string }): Promise<Outputs> {
  const plain: Output[] = [];
  let load = launch.load === true;
  const tags = [...readTags(launch.tags ?? [])];
  for (const text of launch.outputs ?? []) {
    const attributes = readOutput(text);
    const output = await toOutput(attributes, launch.cwd);
    if (output === 'load') {
      load = true;
      if (attributes['name'] !== undefined) tags.push(...attributes['name'].split(','));
    } else if (output !== undefined) plain.push(output);
  }
  const annotations = annotationAttributes(launch.annotations ?? []);
  const outputs = withPush(plain, launch.push === true);
  const exportTargets: Record<number, Target> = {};
  for (const [index, { target }] of outputs.entries()) if (target !== undefined) exportTargets[index] = target;
  const exporters = outputs.map(({ exporter }) => complete(exporter, tags, annotations));
  return { exporters, exportTargets, layoutOutput: layoutOf(outputs), load, tags };
}
