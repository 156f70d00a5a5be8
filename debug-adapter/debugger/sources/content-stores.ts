/**
 * Folders of blobs that the engine reads and writes through us: caches, images of other builds, and OCI layouts that are
 * written. The engine knows blobs only; which of them a tag means stands in the folder's index, which is ours to read
 * before a build and to write after it.
 */
import type { Exporter } from '../../buildkit/api.js';
import { makeFolders, removeMade } from '../../buildkit/make-folders.js';
import {
  type Descriptor,
  hasBlob,
  type ImageName,
  parseDescriptor,
  readSingle,
  readTag,
  writeNames,
} from '../../buildkit/session/content/index-file.js';
import { removeUnreferenced } from '../../buildkit/session/content/prune.js';
import type { BuildSettings, OciLayout } from '../api.js';
import { systemCode, UserError } from '../errors.js';

/** Settings for one build, with what the folders hold now; caches that hold nothing yet are left out, with words. */
export async function withContentStores(settings: BuildSettings, say: (text: string) => void): Promise<BuildSettings> {
  const { layouts, layoutOutput } = settings;
  const stores: Record<string, string> = {};
  const cacheImports = [];
  for (const cache of settings.cacheImports) {
    const found = cache.type === 'local' ? await importable(cache, say) : cache;
    if (found === undefined) continue;
    if (cache.type === 'local') stores[`local:${folderOf(cache, 'src')}`] = folderOf(cache, 'src');
    cacheImports.push(found);
  }
  for (const cache of settings.cacheExports.filter(isLocal)) {
    const folder = folderOf(cache, 'dest');
    checkFolder(folder, 'the cache');
    stores[`local:${folder}`] = folder;
  }
  const contexts: Record<string, string> = {};
  for (const [index, [name, layout]] of Object.entries(layouts).entries()) {
    const store = `layout${index}`;
    stores[`oci:${store}`] = layout.path;
    contexts[`context:${name}`] = `oci-layout://${store}${await imageIn(name, layout)}`;
  }
  if (layoutOutput !== undefined) {
    checkFolder(layoutOutput, 'the image');
    stores['export'] = layoutOutput;
  }
  if (Object.keys(stores).length === 0) return { ...settings, cacheImports };
  const frontendAttrs = { ...settings.frontendAttrs, ...contexts };
  return { ...settings, cacheImports, frontendAttrs, contentStores: { ...settings.contentStores, ...stores } };
}

/** Gives what was exported its names in the indexes, and empties caches that are to be. `response` is the exporters' answer. */
export async function nameExported(
  { cacheExports, layoutOutput }: BuildSettings,
  response: Readonly<Record<string, string>>,
  say: (text: string) => void,
): Promise<void> {
  const cache = parseDescriptor(response['cache.manifest'] ?? '');
  const caches = cache === undefined ? [] : cacheExports.filter(isLocal);
  if (cache !== undefined) {
    for (const { attrs } of caches) await nameIn(attrs['dest'] ?? '', [{ tag: orLatest(attrs['tag']) }], cache);
  }
  const encoded = response['containerimage.descriptor'] ?? '';
  const image = layoutOutput === undefined ? undefined : parseDescriptor(Buffer.from(encoded, 'base64').toString());
  if (layoutOutput !== undefined && image !== undefined)
    await nameIn(layoutOutput, namesOf(response['image.name']), image);
  // Last: only what has a name by now stays, and a folder may be that of a cache and of an image.
  for (const { attrs } of caches) if (attrs['reset'] === 'true') await reset(attrs['dest'] ?? '', say);
}

/** What was exported is there whether the old is gone or not. */
async function reset(folder: string, say: (text: string) => void): Promise<void> {
  try {
    await removeUnreferenced(folder);
  } catch (error) {
    say(`What earlier builds left in the cache ${folder} stays there: ${wordsOf(error)}\n`);
  }
}

async function nameIn(folder: string, names: readonly ImageName[], descriptor: Descriptor): Promise<void> {
  try {
    await writeNames(folder, names, descriptor);
  } catch (error) {
    throw new Error(`its blobs are in ${folder}, but not its name: ${wordsOf(error)}`, { cause: error });
  }
}

function orLatest(tag: string | undefined): string {
  return tag === undefined || tag === '' ? 'latest' : tag;
}

function isLocal({ type }: Exporter): boolean {
  return type === 'local';
}

function folderOf({ attrs }: Exporter, attribute: 'src' | 'dest'): string {
  return attrs[attribute] ?? '';
}

/** The cache with the digest of its manifest; undefined where there is none to read. */
async function importable(cache: Exporter, say: (text: string) => void): Promise<Exporter | undefined> {
  const { src = '' } = cache.attrs;
  const tag = orLatest(cache.attrs['tag']);
  const given = cache.attrs['digest'] === '' ? undefined : cache.attrs['digest'];
  try {
    const digest = given ?? (await readTag(src, tag))?.digest;
    if (digest !== undefined && (await hasBlob(src, digest))) return { ...cache, attrs: { ...cache.attrs, digest } };
    const what = digest === undefined ? `it holds no "${tag}" yet` : `the blob ${digest} is gone`;
    say(`The build goes on without the cache in ${src}: ${what}.\n`);
  } catch (error) {
    say(`The build goes on without the cache in ${src}: ${wordsOf(error)}\n`);
  }
  return undefined;
}

/** `:TAG@DIGEST` of the image that a context means. */
async function imageIn(name: string, { path, tag, digest }: OciLayout): Promise<string> {
  const named = tag === undefined ? '' : `:${tag}`;
  if (digest !== undefined) return `${named}@${digest}`;
  const found = await findImage(name, path, tag ?? 'latest');
  return `${named}@${found.digest}`;
}

async function findImage(name: string, path: string, tag: string): Promise<Descriptor> {
  const wrong = (what: string, cause?: unknown): UserError => {
    const hint = 'An OCI layout has an index.json with a manifest of that tag: oci-layout://FOLDER:TAG.';
    const text = `The build context "${name}" cannot be taken from ${path}: ${what}`;
    return new UserError('context-layout', text, hint, undefined, { cause });
  };
  try {
    const found = (await readTag(path, tag)) ?? (await readSingle(path));
    if (found === undefined) throw new Error(`it has no image "${tag}".`);
    if (!(await hasBlob(path, found.digest))) throw new Error(`the blob ${found.digest} is gone.`);
    return found;
  } catch (error) {
    throw wrong(wordsOf(error), error);
  }
}

/** Names of an image as the engine tells them, separated by commas. */
function namesOf(text: string | undefined): readonly ImageName[] {
  return text === undefined || text === '' ? [{ tag: 'latest' }] : text.split(',').map((name) => ({ name }));
}

/** Whether it can be made is told before the build; it is made when there is something to put into it. */
function checkFolder(path: string, content: string): void {
  try {
    removeMade(makeFolders(path));
  } catch (error) {
    const code = systemCode(error);
    const why =
      code === 'EEXIST' || code === 'ENOTDIR' ? 'there is a file of that name, or on the way to it' : wordsOf(error);
    const text = `The folder ${path} for ${content} cannot be made: ${why}.`;
    throw new UserError('folder-not-made', text, 'Set "dest" to another one.', undefined, { cause: error });
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
