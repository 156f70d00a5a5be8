import { posix, win32 } from 'node:path';

/** What the choice of the build context rests on. */
export interface ContextQuestion {
  /** Absolute path of the Dockerfile. */
  readonly dockerfile: string;
  /** Folder that is open in the editor, if the Dockerfile is in one. */
  readonly workspaceFolder: string | undefined;
  /** Relative paths that the Dockerfile copies from its context. */
  readonly sources: readonly string[];
  readonly exists: (path: string) => Promise<boolean>;
}

/**
 * The build context of a Dockerfile for which nobody named one.
 *
 * The folders from the workspace folder down to the Dockerfile's are asked for the files that COPY and ADD name; the one
 * that has most of them is it. When several have as many, the workspace folder is it if it is among them, else the one
 * nearest to the Dockerfile. A Dockerfile that names no file (`COPY . .`) takes the nearest folder above it with a
 * `.dockerignore`, else the workspace folder.
 */
export async function chooseContext(question: ContextQuestion): Promise<string> {
  const path = question.dockerfile.includes('\\') ? win32 : posix;
  const own = path.dirname(question.dockerfile);
  const top = question.workspaceFolder ?? own;
  const folders = foldersUpTo(own, top, path);
  const asked = question.sources.length > 0 ? question.sources : ['.dockerignore'];
  const scores = await Promise.all(
    folders.map(async (folder) => {
      const found = await Promise.all(asked.map((source) => question.exists(path.join(folder, source))));
      return found.filter(Boolean).length;
    }),
  );
  const best = Math.max(...scores);
  const equal = folders.filter((_, index) => scores[index] === best);
  const named = question.sources.length > 0 || best === 0;
  return named && equal.includes(top) ? top : (equal[0] ?? top);
}

/** The Dockerfile's folder first, the workspace folder last. */
function foldersUpTo(own: string, top: string, path: typeof posix): readonly string[] {
  const down = path.relative(top, own);
  if (down.startsWith('..') || path.isAbsolute(down)) {
    return [own];
  }
  const parts = down === '' ? [] : down.split(path.sep);
  return [...parts.map((_, index) => path.join(top, ...parts.slice(0, parts.length - index))), top];
}
