/** WORKDIR: how a new working directory follows from the one before. COPY: what a source means. */

/** `path.Join`: joined and cleaned. */
function join(...parts: readonly string[]): string {
  const text = parts.filter((part) => part !== '').join('/');
  return text === '' ? '' : clean(text);
}

/** `path.Clean`. */
function clean(path: string): string {
  const absolute = path.startsWith('/');
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') kept.push(part);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!absolute) kept.push('..');
  }
  const text = kept.join('/');
  return absolute ? `/${text}` : text || '.';
}

/** A Windows path without its drive, slashes forward; a drive other than C: is left to the engine to refuse. */
function withoutDrive(path: string): string {
  const text = path.replaceAll('\\', '/');
  const colon = text.indexOf(':');
  return clean(colon < 0 ? text : text.slice(colon + 1));
}

/**
 * The working directory after `WORKDIR path`, slashes forward. An absolute path stays as it is written, a relative one is
 * joined and cleaned.
 */
export function nextWorkdir(current: string, path: string, os: string): string {
  const prepare = os === 'windows' ? withoutDrive : (text: string): string => text;
  let parent = prepare(current === '' ? '/' : current);
  if (!parent.startsWith('/')) parent = join('/', parent);
  const wanted = prepare(path === '' ? parent : path);
  return wanted.startsWith('/') ? wanted : join(parent, wanted);
}

/** A path of the build context without its leading slash, '' for the context itself: `..` leads no higher than that. */
export function pathInContext(path: string): string {
  return clean(`/${path}`).slice(1);
}

/** Whether so many `..` are in a path that it would lead out of the build context, if they did. */
export function leadsOut(path: string): boolean {
  return /^\.\.(?:\/|$)/.test(clean(path));
}
