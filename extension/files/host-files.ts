import { posix } from 'node:path';
import type { Dockerfile, Instruction } from '../../debug-adapter/dockerfile/model.js';

/**
 * Paths in the build context from which COPY and ADD may have made a file of the image, the last instruction first.
 * Destinations below a WORKDIR are taken as such; those with variables are left out.
 */
export function copiedFrom(dockerfile: Dockerfile, path: string): readonly string[] {
  const found: string[] = [];
  let workdir = '/';
  for (const instruction of dockerfile.instructions) {
    const { keyword, flags, json, args } = instruction;
    const words = json ?? args.split(/\s+/).filter((word) => word !== '');
    if (keyword === 'FROM') workdir = '/';
    if (keyword === 'WORKDIR') workdir = posix.resolve(workdir, args.trim());
    if (takesFiles(keyword) && !flags.some(({ name }) => name === 'from') && !args.includes('<<')) {
      found.unshift(...sourcesOf(words, workdir, path));
    }
  }
  return [...new Set(found)];
}

function takesFiles(keyword: Instruction['keyword']): boolean {
  return keyword === 'COPY' || keyword === 'ADD';
}

function sourcesOf(words: readonly string[], workdir: string, path: string): readonly string[] {
  const [destination, sources] = [words.at(-1) ?? '', words.slice(0, -1)];
  if (destination.includes('$')) return [];
  const to = posix.resolve(workdir, destination);
  const below =
    path === to ? '' : to === '/' ? path.slice(1) : path.startsWith(`${to}/`) ? path.slice(to.length + 1) : undefined;
  if (below === undefined) return [];
  return sources.flatMap((source) => {
    if (source.includes('$')) return [];
    const from = posix.normalize(source).replace(/^\/+|\/+$/g, '');
    if (below === '') return [from];
    const name = posix.basename(from);
    // A file copied into a folder keeps its name; of a folder its content is copied.
    if (below === name) return [from, posix.join(from, below)];
    return /[*?[]/.test(name) ? [posix.join(posix.dirname(from), below)] : [posix.join(from, below)];
  });
}

/** Files sorted by how much of the end of their path is that of another path; most first. */
export function byLikeness(paths: readonly string[], path: string): readonly string[] {
  const wanted = path.split('/').reverse();
  const alike = (other: string): number => {
    const parts = other.split(/[\\/]/).reverse();
    const first = wanted.findIndex((part, index) => part !== parts[index]);
    return first === -1 ? wanted.length : first;
  };
  return paths
    .map((each) => ({ each, score: alike(each) }))
    .sort((a, b) => b.score - a.score || a.each.length - b.each.length || (a.each < b.each ? -1 : 1))
    .map(({ each }) => each);
}
