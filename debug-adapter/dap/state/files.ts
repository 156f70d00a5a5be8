import type { FileFact, StateFiles } from '../../debugger/api.js';
import type { Content, Value } from './value.js';

/** Of a file only so much is shown. */
const longest = 2 * 1024 * 1024;

const letters = ['---', '--x', '-w-', '-wx', 'r--', 'r-x', 'rw-', 'rwx'];

function permissions(mode: number): string {
  const triples = [6, 3, 0].map((shift) => letters[(mode >> shift) & 7] ?? '---');
  const marked = triples.map((triple, index) => {
    const special = (mode & (0o4000 >> index)) !== 0;
    if (!special) return triple;
    const letter = index === 2 ? 't' : 's';
    return triple.slice(0, 2) + (triple.endsWith('x') ? letter : letter.toUpperCase());
  });
  return marked.join('');
}

/** A size in words: `512 B`, `4.2 MB`. */
export function bytes(size: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = size;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return unit === 0 ? `${size} B` : `${value.toFixed(1)} ${units[unit] ?? ''}`;
}

function describeFile(file: FileFact): string {
  const owner = file.uid === undefined ? [] : [`${file.uid}:${file.gid ?? 0}`];
  const size = file.type === 'file' ? [bytes(file.size)] : [];
  const target = file.linkTarget === undefined ? [] : [`→ ${file.linkTarget}`];
  return [permissions(file.mode), ...owner, ...size, ...target].join('  ');
}

/** Mode, owner, size and name in one line, as `ls -l` shows them. */
export function fileLine(file: FileFact): string {
  return `${describeFile(file)}  ${file.name}${file.type === 'folder' ? '/' : ''}`;
}

function contentOf(files: StateFiles, path: string, size: number): Content {
  return {
    name: path,
    async read(signal) {
      const data = await files.read(path, { offset: 0, length: longest }, signal);
      if (data.includes(0)) return `(${path} is not a text: ${bytes(size)})\n`;
      const rest = size > longest ? `\n… ${bytes(size - longest)} more\n` : '';
      return new TextDecoder().decode(data) + rest;
    },
  };
}

function toValue(files: StateFiles, folder: string, file: FileFact): Value {
  const path = `${folder === '/' ? '' : folder}/${file.name}`;
  const watched = { kind: 'path', path } as const;
  const common = { name: file.name, value: describeFile(file), type: file.type, kind: 'data' as const, watched };
  if (file.type === 'folder') return { ...common, children: (signal) => fileValues(files, path, signal) };
  return file.type === 'file' ? { ...common, content: contentOf(files, path, file.size) } : common;
}

/** What is at a path: a folder that can be opened, a text, or words why not. */
export async function placedValue(files: StateFiles, path: string, signal: AbortSignal): Promise<Value> {
  const file = await files.stat(path, signal);
  if (file === undefined) return { name: path, value: '(nothing is there)' };
  return toValue(files, path.slice(0, path.lastIndexOf('/')) || '/', file);
}

/** What a folder holds: folders first, both by name. */
export async function fileValues(files: StateFiles, folder: string, signal: AbortSignal): Promise<readonly Value[]> {
  const list = [...(await files.list(folder, signal))];
  const rank = (file: FileFact): number => (file.type === 'folder' ? 0 : 1);
  list.sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
  return list.map((file) => toValue(files, folder, file));
}
