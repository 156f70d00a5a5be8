/** The end of a build that went through: exports, and the files that name the result. */
import { writeFile } from 'node:fs/promises';
import type { Engine } from '../../buildkit/api.js';
import type { BuildSettings, DebuggerEvents } from '../api.js';
import type { Attempt } from '../ask/attempt.js';
import { nameExported } from '../sources/content-stores.js';
import type { Emitter } from '../events.js';

/** Answers the exit code of the build: an export can fail too. Nothing is told of one that was left meanwhile. */
export async function finishBuild(
  attempt: Attempt,
  settings: BuildSettings,
  engine: Engine,
  events: Emitter<DebuggerEvents>,
  left: AbortSignal,
): Promise<number> {
  let failed: string | undefined;
  try {
    const response = await attempt.build.finish(attempt.result);
    const done = settings.exporters.length === 0 ? 'there is no output' : 'the result was exported';
    failed = `${done}, and a file here could not be written`;
    await nameExported(settings, response, (text) => events.emit('output', { category: 'console', text }));
    await writeResults(settings, response, refOf(engine, attempt));
    if (!left.aborted) events.emit('output', { category: 'console', text: summary(settings, response) });
    return 0;
  } catch (error) {
    if (failed === undefined && left.aborted) return 130;
    failed ??= `and the result could not be exported from ${engine.endpoint.address}`;
    const why = error instanceof Error ? error.message : String(error);
    events.emit('output', { category: 'important', text: `All steps ran, ${failed}: ${why}\n` });
    return 1;
  }
}

/** How buildx names the build in the engine's history; undefined for an engine that is not one of its builders. */
function refOf({ endpoint }: Engine, { build }: Attempt): string | undefined {
  return endpoint.node === undefined ? undefined : `${endpoint.node}/${build.ref}`;
}

async function writeResults(
  settings: BuildSettings,
  response: Readonly<Record<string, string>>,
  ref: string | undefined,
): Promise<void> {
  const id = response['containerimage.config.digest'] ?? response['containerimage.digest'];
  // Without an image there is no id: the file is there all the same, as scripts expect.
  if (settings.iidFile !== undefined) await writeFile(settings.iidFile, id ?? '');
  if (settings.metadataFile === undefined) return;
  await writeFile(settings.metadataFile, `${JSON.stringify(metadata(response, ref), undefined, 2)}\n`);
}

/** As buildx writes it: values that are base64 of JSON are JSON there, and names are sorted. */
export function metadata(response: Readonly<Record<string, string>>, ref?: string): Record<string, unknown> {
  const all = { ...response, ...(ref !== undefined && { 'buildx.build.ref': ref }) };
  const names = Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(names.map(([key, value]) => [key, decoded(value) ?? value]));
}

/** The object or list that a text is base64 of; undefined for others. */
function decoded(text: string): object | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  try {
    const json: unknown = JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
    return typeof json === 'object' && json !== null && Object.keys(json).length > 0 ? json : undefined;
  } catch {
    return undefined;
  }
}

/** The last words of a build that went through. */
export function summary(
  settings: Pick<BuildSettings, 'exporters' | 'speaksFlags' | 'tags'>,
  response: Readonly<Record<string, string>>,
): string {
  const digest = response['containerimage.digest'];
  const names = (response['image.name'] ?? settings.tags.join(',')).split(',').join(', ');
  const made = digest === undefined ? '' : ` Image ${names === '' ? '' : `${names} `}${digest}.`;
  const nothing = settings.exporters.length === 0 ? ` ${withoutOutput(settings)}` : '';
  return `\nBuild completed.${made}${nothing}\n`;
}

/** Whoever names an image expects one: docker itself puts it into its store without being asked. */
function withoutOutput({ speaksFlags, tags }: Pick<BuildSettings, 'speaksFlags' | 'tags'>): string {
  const none = 'Nothing was exported: the build has no output';
  if (tags.length === 0) return `${none}.`;
  const [load, push] = speaksFlags === true ? ['--load', '--push'] : ['"load": true', '"push": true'];
  const image = `no image is named ${tags.join(', ')}`;
  return `${none}, so ${image}. Add ${load} to have it in Docker, or ${push} to have it in its registry.`;
}
