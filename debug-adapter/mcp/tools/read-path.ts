import * as z from 'zod/v4';
import type { FileType } from '../../contract.js';
import { type Fields, listOf, numberOf, textOf } from '../../cli/fields.js';
import { type Adapter, Refusal } from '../../cli/adapter.js';
import { count, pageOf } from '../page.js';
import { placeInput, placeOf } from '../place.js';
import { defineTool } from '../tool.js';
import { ToolError } from '../tool-error.js';

const usualLines = 200;
/** Bytes of a file that are read; longer ones are read with commands. */
const mostBytes = 8 * 1024 * 1024;

/** A file or folder of a tree. */
interface Target {
  readonly frameId: number;
  readonly tree: string;
  readonly path: string;
}

interface Range {
  readonly offset: number;
  readonly lines: number;
}

/** Looks into file systems without a container. */
export const readPath = defineTool({
  name: 'read_path',
  title: 'Read a file or list a folder of the image',
  description:
    'Shows a file (text, by lines) or lists a folder of a file system of the stop, without running anything in it. By default the state that the stop shows; "tree" names another one, also the build context as the builder gets it (without what .dockerignore keeps out).',
  annotations: { readOnlyHint: true, openWorldHint: false },
  input: {
    path: z.string().min(1).describe('Absolute path in that file system; "/" for its root.'),
    tree: z
      .string()
      .optional()
      .describe(
        '"failed", "initial" (before the step), "container" (with what run_in_step changed), "context" (the build context), "base" (the FROM image), "after", or a line ("7": after that instruction).',
      ),
    offset: z.int().min(0).optional().describe('First line or entry to show, from 0.'),
    lines: z.int().min(1).max(1000).optional().describe(`How many lines or entries. Default: ${usualLines}.`),
    ...placeInput,
  },
  run: async ({ path, tree, offset = 0, lines = usualLines, platform, frame }, { desk }) => {
    if (!path.startsWith('/')) throw new ToolError(`"${path}" is not absolute: begin it with "/".`);
    const { adapter } = desk.build;
    const { frame: chosen } = await placeOf(desk.build, { platform, frame });
    const target = { frameId: chosen.id, tree: tree ?? (await shownTree(adapter, chosen.id)), path };
    const file = await adapter.request('dockerfile/stat', target);
    const range = { offset, lines };
    switch (typeOf(file)) {
      case 'folder':
        return await folderText(adapter, target, range);
      case 'file':
        return await fileText(adapter, target, file, range);
      case 'link':
        return await linkText(adapter, target, file, range);
      case 'other':
        throw new ToolError(`${path} is neither a file nor a folder but a device, a pipe or a socket.`);
    }
  },
});

/** What the stop shows: the state that is chosen, or the end of the build. */
async function shownTree(adapter: Adapter, frameId: number): Promise<string> {
  const names = listOf((await adapter.request('dockerfile/trees', { frameId }))['trees']).map(({ tree }) =>
    textOf(tree),
  );
  const said = await adapter.request('evaluate', { expression: ':state', context: 'repl', frameId });
  const state = /^\w+/.exec(textOf(said['result']))?.[0] ?? '';
  if (state === 'initial' && names.includes('after')) return 'after';
  return names.includes(state) ? state : (names[0] ?? 'initial');
}

function typeOf(file: Fields): FileType {
  const type = textOf(file['type']);
  return type === 'folder' || type === 'file' || type === 'link' ? type : 'other';
}

async function folderText(adapter: Adapter, target: Target, { offset, lines }: Range): Promise<string> {
  const body = await adapter.request('dockerfile/files', { ...target, start: offset, count: lines });
  const files = listOf(body['files']);
  const total = numberOf(body['total']) ?? files.length;
  const behind = total - offset - files.length;
  const more = behind > 0 ? `, ${behind} after these (offset ${offset + files.length} goes on)` : '';
  const head = `${target.path} (${target.tree}): folder, ${count(total, 'entry', 'entries')}${more}`;
  return [head, ...files.map(entryRow)].join('\n');
}

/** What it leads to, a folder or a file. */
async function linkText(adapter: Adapter, target: Target, link: Fields, range: Range): Promise<string> {
  const head = `${target.path} is a link to ${textOf(link['linkTarget'])}`;
  try {
    return `${head}\n${await folderText(adapter, target, range)}`;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return `${head}\n${await fileText(adapter, target, {}, range)}`;
  }
}

/** As `ls -l` has it, without what is not known. */
function entryRow(file: Fields): string {
  const marks = { folder: 'd', file: '-', link: 'l', other: '?' };
  const mode = ((numberOf(file['mode']) ?? 0) & 0o7777).toString(8).padStart(4, '0');
  const owner = `${numberOf(file['uid']) ?? '?'}:${numberOf(file['gid']) ?? '?'}`;
  const target = textOf(file['linkTarget']);
  const size = String(numberOf(file['size']) ?? 0);
  return `${marks[typeOf(file)]} ${mode} ${owner} ${size.padStart(9)} ${textOf(file['name'])}${target === '' ? '' : ` -> ${target}`}`;
}

async function fileText(adapter: Adapter, target: Target, file: Fields, { offset, lines }: Range): Promise<string> {
  const body = await adapter.request('dockerfile/readFile', { ...target, offset: 0, length: mostBytes });
  const bytes = Buffer.from(textOf(body['data']), 'base64');
  const size = Math.max(numberOf(file['size']) ?? 0, bytes.length);
  const head = `${target.path} (${target.tree}): ${count(size, 'byte')}`;
  if (bytes.subarray(0, 8192).includes(0))
    return `${head}, binary. run_in_step with od, strings or the like looks into it; debugger_command ":save ${target.path}" copies it here.`;
  const all = bytes.toString('utf8').replace(/\n$/, '').split('\n');
  const page = pageOf(all, offset, lines);
  const next = all.length - page.behind;
  const words = [
    `${head}, ${count(bytes.length === 0 ? 0 : all.length, 'line')}`,
    ...(page.before > 0 ? [`from line ${page.before} on`] : []),
    ...(page.behind > 0 ? [`${page.behind} after these (offset ${next} goes on)`] : []),
    ...(bytes.length < size && bytes.length === mostBytes ? ['only its first 8 MiB are read here'] : []),
  ];
  return `${words.join(', ')}\n${page.text}`;
}
