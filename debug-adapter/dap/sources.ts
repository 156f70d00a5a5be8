import { basename } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Session } from './session.js';

/** Number of the Dockerfile's text when no file of this machine has it. Texts of stops have numbers of their own. */
export const remoteDockerfile = 2 ** 31 - 1;

/** The Dockerfile as a source of the protocol. */
export function sourceOf(session: Session): DebugProtocol.Source | undefined {
  const { settings, positions } = session;
  if (settings === undefined) return undefined;
  if (settings.dockerfileIsLocal) {
    return { name: basename(settings.dockerfile), path: positions.toClientPath(settings.dockerfile) };
  }
  const origin = settings.context.kind === 'remote' ? settings.context.url : 'remote';
  return { name: basename(settings.dockerfile), sourceReference: remoteDockerfile, origin };
}
