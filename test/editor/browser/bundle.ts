import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { root } from './environment.js';

/** Bundles the half of the suite that runs in the extension host; `mocha` and `vscode` are found there. */
export async function bundleSuite(): Promise<string> {
  const outfile = join(root, '.cache/editor/suite.js');
  await build({
    absWorkingDir: root,
    entryPoints: ['test/editor/index.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['vscode', 'mocha'],
    mainFields: ['module', 'main'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return outfile;
}

/** Makes the VSIX that users install, from a built extension folder, as `npm run package` does. */
export async function packExtension(extension: string, folder: string): Promise<string> {
  const vsix = join(folder, 'extension.vsix');
  const vsce = join(root, 'node_modules/@vscode/vsce/vsce');
  const flags = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
  await promisify(execFile)(process.execPath, [vsce, 'package', ...flags, '--out', vsix], { cwd: extension });
  return vsix;
}
