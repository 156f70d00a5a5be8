// The licences of the packages that bundles hold: they ask to be passed on with the code.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Folders of the packages that went into some bundles, from what esbuild tells of them. */
function packagesOf(metafiles) {
  const folders = new Set();
  for (const { inputs } of metafiles)
    for (const path of Object.keys(inputs)) {
      const [, folder] = /^(?:[\w-]+:)?(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
      if (folder !== undefined) folders.add(folder);
    }
  return folders;
}

/** The whole text, by name of the package. Throws for a package that says nothing of its licence. */
export async function noticesOf(root, metafiles) {
  const notices = await Promise.all([...packagesOf(metafiles)].map((folder) => noticeOf(join(root, folder))));
  const unique = new Map(notices.map((notice) => [notice.title, notice.text]));
  const parts = [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([title, text]) => `${title}\n\n${text.trim()}\n`);
  return `Dockerfile Debugger contains the following packages.\n\n${parts.join(`\n${'-'.repeat(72)}\n\n`)}`;
}

async function noticeOf(folder) {
  const { name, version, license, author } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const files = (await readdir(folder))
    .filter((file) => /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i.test(file))
    .sort();
  if (files.length === 0 && typeof license !== 'string') throw new Error(`${name} says nothing of its licence.`);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  const by = typeof author === 'string' ? author : (author?.name ?? '');
  return {
    title: `${name} ${version} (${typeof license === 'string' ? license : 'see below'})`,
    text: texts.length > 0 ? texts.join('\n\n') : by,
  };
}
