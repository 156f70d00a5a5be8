/**
 * The Dockerfile as a part of the question that the frontend is asked. An engine that fetches it over the session takes
 * two rounds for it and for the ignore file, longer than all else before the first step; and it would read the disk once
 * more, later than we did.
 */
import { basename } from 'node:path';
import type { Definition } from '../buildkit/gen/ops.js';
import { scratchFiles } from '../buildkit/llb.js';
import type { Dockerfile } from '../dockerfile/model.js';
import type { BuildSettings } from './api.js';
import type { Taken } from './edits.js';

/** Only says that nothing is ignored: for a missing file the engine would look in the context. */
const NOTHING_IGNORED = '#\n';

/** What has to be known of a build: its ignore file, and where the engine has to see the Dockerfile for itself. */
export interface InputOf {
  readonly settings: BuildSettings;
  readonly dockerfile: Pick<Dockerfile, 'text' | 'syntax'>;
  readonly taken: Pick<Taken, 'ignore'>;
}

/**
 * Inputs of the frontend; none where it is to ask for the files itself: a context or frontend from elsewhere, a build
 * that records what it was made of, bytes that are no text.
 */
export function dockerfileInput({ settings, dockerfile, taken }: InputOf): Readonly<Record<string, Definition>> {
  const { text, syntax } = dockerfile;
  const { ignore } = taken;
  const elsewhere = settings.context.kind !== 'folder' || !settings.dockerfileIsLocal;
  const foreign = syntax !== undefined || (settings.buildArgs['BUILDKIT_SYNTAX'] ?? '') !== '';
  const recorded = Object.keys(settings.frontendAttrs).some((name) => name.startsWith('attest:'));
  if (elsewhere || foreign || recorded || ignore === 'unreadable' || !isText(text) || !isText(ignore?.text ?? '')) {
    return {};
  }
  const name = basename(settings.dockerfile);
  const file = (path: string, content: string): Parameters<typeof scratchFiles>[0][number] => ({
    path: `/${path}`,
    content: new TextEncoder().encode(content),
    mode: 0o644,
  });
  const files = [file(name, text), file(`${name}.dockerignore`, ignore?.text ?? NOTHING_IGNORED)];
  return { dockerfile: scratchFiles(files, `[internal] load build definition from ${name}`) };
}

/** What was decoded without loss. */
function isText(text: string): boolean {
  return !text.includes('\ufffd');
}
