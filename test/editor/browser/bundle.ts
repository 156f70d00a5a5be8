import { join } from 'node:path';
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
