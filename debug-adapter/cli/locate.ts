/** Where the Dockerfile of a build is, before the adapter says so. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** What a user gives: paths may be relative to `cwd`. */
export interface Given {
  readonly cwd: string;
  /** A folder or a URL; '' for none. */
  readonly context: string;
  /** Of `-f`. */
  readonly file: string | undefined;
}

/** `-f` is relative to where the user is, the default is in the context. Absolute; for a URL only a name. */
export function locateDockerfile({ cwd, context, file }: Given): string {
  const remote = /^[a-z][a-z0-9+.-]*:\/\/|^git@|^github\.com\//i.test(context);
  if (remote) return file ?? 'Dockerfile';
  if (file !== undefined) return resolve(cwd, file);
  const usual = resolve(cwd, context, 'Dockerfile');
  const lower = resolve(cwd, context, 'dockerfile');
  return !existsSync(usual) && existsSync(lower) ? lower : usual;
}
