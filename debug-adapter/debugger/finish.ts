/** The end of a build that went through: exports, and the files that name the result. */
import { writeFile } from 'node:fs/promises';
import type { Engine } from '../buildkit/api.js';
import type { BuildSettings, DebuggerEvents } from './api.js';
import type { Attempt } from './attempt.js';
import { nameExported } from './content-stores.js';
import type { Emitter } from './events.js';

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
    await writeResults(settings, response);
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

async function writeResults(settings: BuildSettings, response: Readonly<Record<string, string>>): Promise<void> {
  const id = response['containerimage.config.digest'] ?? response['containerimage.digest'];
  // Without an image there is no id: the file is there all the same, as scripts expect.
  if (settings.iidFile !== undefined) await writeFile(settings.iidFile, id ?? '');
  if (settings.metadataFile === undefined) return;
  await writeFile(settings.metadataFile, `${JSON.stringify(decoded(response), undefined, 2)}\n`);
}

/** Descriptors come as base64 of JSON; people and tools read JSON. */
function decoded(response: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(response).map(([key, value]) => {
      if (!key.endsWith('.descriptor')) return [key, value];
      const json: unknown = JSON.parse(Buffer.from(value, 'base64').toString('utf8'));
      return [key, json];
    }),
  );
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
