/** What the Dockerfile frontend is told, and what the session serves, from the settings of a build. */
import { basename, dirname, join } from 'node:path';
import type { Endpoint, SessionOptions } from '../../buildkit/api.js';
import { digestOf } from '../../buildkit/digest.js';
import type { BuildSettings, Surroundings } from '../api.js';

/** Frontend and its options, as `buildx build` would send them. */
export function frontendRequest(
  settings: BuildSettings,
  endpoint: Endpoint,
): { readonly frontend: string; readonly opts: Readonly<Record<string, string>> } {
  const opts: Record<string, string> = { ...settings.frontendAttrs };
  opts['filename'] = settings.dockerfileIsLocal ? basename(settings.dockerfile) : settings.dockerfile;
  if (settings.target !== undefined) opts['target'] = settings.target;
  if (settings.platforms.length > 0) opts['platform'] = settings.platforms.join(',');
  for (const [name, value] of Object.entries(settings.buildArgs)) opts[`build-arg:${name}`] = value;
  if (settings.context.kind === 'remote') {
    opts['context'] = settings.context.url;
    if (settings.dockerfileIsLocal) opts['dockerfilekey'] = 'dockerfile';
  }
  if (endpoint.kind === 'docker' && opts['image-resolve-mode'] === undefined) opts['image-resolve-mode'] = 'local';
  const syntax = settings.buildArgs['BUILDKIT_SYNTAX'];
  if (syntax === undefined || syntax === '') return { frontend: 'dockerfile.v0', opts };
  opts['source'] = syntax.split(/\s+/, 1)[0] ?? syntax;
  opts['cmdline'] = syntax;
  return { frontend: 'gateway.v0', opts };
}

/** What the engine may ask of us: exactly what the settings name. */
export function sessionOptions(
  settings: BuildSettings,
  surroundings: Surroundings,
  events: Pick<SessionOptions, 'onTransfer' | 'onWarning' | 'onListed'>,
): SessionOptions {
  const { context } = settings;
  const root = context.kind === 'folder' ? context.path : settings.dockerfile;
  const id = digestOf(Buffer.from(root)).slice('sha256:'.length).slice(0, 16);
  return {
    locals: {
      ...(context.kind === 'folder' ? { context: { root: context.path } } : {}),
      ...(settings.dockerfileIsLocal ? { dockerfile: { root: dirname(settings.dockerfile) } } : {}),
      ...settings.locals,
    },
    secrets: settings.secrets,
    ssh: settings.ssh,
    exports: settings.exportTargets,
    contentStores: settings.contentStores,
    sharedKey: `${basename(root)}:${id}`,
    dockerConfig: surroundings.env['DOCKER_CONFIG'] ?? join(surroundings.homeDir, '.docker'),
    ...events,
  };
}
