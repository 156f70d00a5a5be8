import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What the suite runs on; the project's own scripts install it. */
export interface Environment {
  /** Node that VS Code's server was built for, and the server's entry file. */
  readonly vscode: { readonly node: string; readonly main: string };
  readonly chromium: string;
  /** Address of a BuildKit that has the image busybox. */
  readonly builder: string;
}

/** The repository. */
export const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Finds the server, the browser and the engine; a text says what is missing. */
export async function findEnvironment(): Promise<Environment | string> {
  const names = ['DFD_VSCODE_NODE', 'DFD_VSCODE_SERVER', 'DFD_CHROMIUM', 'DFD_BUILDER'] as const;
  const found = { ...(await installed()), ...process.env };
  const [node = '', main = '', chromium = '', builder = ''] = names.map((name) => found[name]);
  const there = await Promise.all([node, main, chromium].map(isThere));
  const missing = names.filter((_, index) => (index === 3 ? builder === '' : there[index] === false));
  return missing.length > 0
    ? `missing: ${missing.join(', ')} (node scripts/environment.mjs up buildkitd vscode)`
    : { vscode: { node, main }, chromium, builder };
}

/** What the project's own scripts have set up; variables of the environment name other places. */
async function installed(): Promise<Readonly<Record<string, string | undefined>>> {
  const script = join(root, 'scripts/environment.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [script, 'env']);
  return JSON.parse(stdout) as Record<string, string>;
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
