/**
 * The Dockerfile as a part of the question that the frontend is asked. An engine that fetches it over the session takes
 * two rounds for it and for the ignore file, longer than all else before the first step; and it would read the disk once
 * more, later than we did.
 */
import { basename } from 'node:path';
import type { Definition } from '../../buildkit/gen/ops.js';
import { scratchFiles } from '../../buildkit/llb-make.js';
import type { Dockerfile } from '../../dockerfile/model.js';
import type { BuildSettings } from '../api.js';
import type { Taken } from './edits.js';

/** Only says that nothing is ignored: for a missing file the engine would look in the context. */
const NOTHING_IGNORED = '#\n';

/** What has to be known of a build: its ignore file, and where the engine has to see the Dockerfile for itself. */
export interface InputOf {
  readonly settings: BuildSettings;
  readonly dockerfile: Pick<Dockerfile, 'text' | 'syntax'>;
  readonly taken: Pick<Taken, 'ignore' | 'isPlain'>;
}

/**
 * Inputs of the frontend; none where it is to ask for the files itself: a context or frontend from elsewhere, a build
 * that records what it was made of, links, which lead elsewhere in what the engine is sent, bytes that are no text.
 */
export function dockerfileInput(of: InputOf): Readonly<Record<string, Definition>> {
  const { settings, dockerfile, taken } = of;
  if (isForeign(of) || taken.ignore === 'unreadable' || taken.ignore?.isLink === true) return {};
  const { text } = dockerfile;
  const rules = taken.ignore?.text;
  if (!isText(text) || !isText(rules ?? '')) return {};
  const name = basename(settings.dockerfile);
  const file = (path: string, content: string): Parameters<typeof scratchFiles>[0][number] => ({
    path: `/${path}`,
    content: new TextEncoder().encode(content),
    mode: 0o644,
  });
  const files = [file(name, text), file(`${name}.dockerignore`, rules ?? NOTHING_IGNORED)];
  return { dockerfile: scratchFiles(files, `[internal] load build definition from ${name}`) };
}

function isForeign({ settings, dockerfile, taken }: InputOf): boolean {
  const { context, buildArgs, frontendAttrs } = settings;
  // A backslash in a name is one thing here and another one in a path of the engine.
  if (context.kind !== 'folder' || !settings.dockerfileIsLocal || !taken.isPlain) return true;
  if (basename(settings.dockerfile).includes('\\')) return true;
  if (dockerfile.syntax !== undefined || (buildArgs['BUILDKIT_SYNTAX'] ?? '') !== '') return true;
  return Object.keys(frontendAttrs).some((name) => name.startsWith('attest:'));
}

/** What was decoded without loss. */
function isText(text: string): boolean {
  return !text.includes('\ufffd');
}
