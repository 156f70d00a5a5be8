// VS Code's own server, for a real VS Code in a headless Chromium. Built natively once, since its packages are shipped as source.
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { packages, program } from './debian.mjs';
import { product } from './install.mjs';
import { versions } from './paths.mjs';
import { run } from './process.mjs';

const npmFlags = ['--no-audit', '--no-fund', '--no-package-lock', '--loglevel', 'error'];

/** Gives `node`, the Node that VS Code wants, `server`, its entry, and `chromium`. */
export async function installVscode(say) {
  const [node, chromium] = await Promise.all([installNode(say), installChromium(say)]);
  await buildTools(say);
  const folder = await product(`vscode-${versions.codeServer}`, say, async (draft) => {
    const path = `${dirname(node)}:${process.env.PATH}`;
    await run(
      'npm',
      ['install', ...npmFlags, '--ignore-scripts', '--prefix', draft, `code-server@${versions.codeServer}`],
      { env: { PATH: path } },
    );
    const code = join(draft, 'node_modules/code-server/lib/vscode');
    await run('npm', ['install', ...npmFlags, '--omit=dev'], { cwd: code, env: { PATH: path } });
  });
  return { node, chromium, server: join(folder, 'node_modules/code-server/lib/vscode/out/server-main.js') };
}

async function installNode(say) {
  const folder = await product(`node-${versions.node}`, say, (draft) =>
    run('npm', ['install', ...npmFlags, '--prefix', draft, `node@${versions.node}`]),
  );
  return join(folder, 'node_modules/node/bin/node');
}

/** A font is needed too: without one the page is painted without a letter. */
async function installChromium(say) {
  const chromium = await program(say, 'chromium');
  const fonts = await readdir('/usr/share/fonts').catch(() => []);
  if (fonts.length === 0) await packages(say, 'fonts-dejavu-core');
  return chromium;
}

async function buildTools(say) {
  await packages(say, 'libkrb5-dev', 'pkg-config', 'make', 'g++', 'python3');
}
