/** Paths through links that engines do not follow in a container: absolute ones lead out of what is mounted. */
import { UserError } from '../errors.js';

/** As many as Linux follows. */
const MOST = 40;

/**
 * The path without links, as far as it exists; absolute, `/`-separated.
 *
 * @param linkAt where the link at a path leads to, as it is written; undefined for what is none
 */
export async function withoutLinks(
  path: string,
  linkAt: (path: string) => Promise<string | undefined>,
): Promise<string> {
  const parts = (text: string): string[] => text.split('/').filter((part) => part !== '' && part !== '.');
  let open = parts(path);
  let done: string[] = [];
  for (let links = 0; open.length > 0; ) {
    const [name = '', ...rest] = open;
    open = rest;
    if (name === '..') {
      done = done.slice(0, -1);
      continue;
    }
    const target = await linkAt(`/${[...done, name].join('/')}`);
    if (target === undefined) {
      done = [...done, name];
      continue;
    }
    links += 1;
    if (links > MOST)
      throw new UserError('file-unreadable', `${path} cannot be read: too many links lead from one to the next.`);
    open = [...parts(target), ...open];
    if (target.startsWith('/')) done = [];
  }
  return `/${done.join('/')}`;
}
