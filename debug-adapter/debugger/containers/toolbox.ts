/** The toolbox: a small image with a shell and tools, mounted read-only beside the root of an image that has none. */
import type { Gateway } from '../../buildkit/api.js';
import { Mount } from '../../buildkit/gen/ops.js';
import { dockerImage } from '../../buildkit/llb-make.js';
import { UserError } from '../errors.js';
import { platformMessage } from '../stop/image-configs.js';
import { TOOLBOX_FOLDER } from './own-folder.js';
import { createShared } from '../common/shared.js';

/** Small, on Docker Hub for every platform, and linked statically: it needs nothing of the image that it stands beside. */
export const DEFAULT_TOOLBOX = 'busybox:musl';
/** Word for no toolbox at all. */
const NONE = 'none';

export interface Toolbox {
  /** Asks the engine for the image at the first call; the answer holds for the build. `UserError` when it cannot be had. */
  mount(signal: AbortSignal): Promise<Mount>;
}

/**
 * @param image as the user names it
 * @param platform of the machine that runs the programs: native ones run beside any image, without an emulator
 */
export function createToolbox(gateway: Gateway, image: string | undefined, platform: string): Toolbox {
  const name = image === undefined || image.trim() === '' ? DEFAULT_TOOLBOX : image.trim();
  const mount = createShared<Mount>();
  let refused: UserError | undefined;
  return {
    mount(signal) {
      if (name === NONE) return Promise.reject(toolboxMissing('no toolbox is wanted ("toolbox" is "none")'));
      // That it cannot be had is an answer too, and holds: nobody waits for the registry twice.
      if (refused !== undefined) return Promise.reject(refused);
      return mount.get(async (own) => {
        try {
          return await fetchToolbox(gateway, name, platform, own);
        } catch (error) {
          if (error instanceof UserError) refused = error;
          throw error;
        }
      }, signal);
    },
  };
}

async function fetchToolbox(gateway: Gateway, name: string, platform: string, signal: AbortSignal): Promise<Mount> {
  const definition = dockerImage(fullReference(name), platformMessage(platform), 'local');
  try {
    const ref = await gateway.solve(definition, { signal });
    return Mount.fromPartial({ dest: TOOLBOX_FOLDER, resultID: ref, readonly: true, input: -1n, output: -1n });
  } catch (error) {
    if (signal.aborted) throw error;
    const cause = error instanceof Error ? error.message : String(error);
    throw toolboxMissing(`the toolbox "${name}" cannot be had: ${cause}`);
  }
}

function toolboxMissing(why: string): UserError {
  return new UserError(
    'toolbox-missing',
    `This image has no shell that could run here, and ${why}.`,
    'Set "toolbox" (launch argument or setting) to an image that the engine can pull and that has a statically linked shell, such as busybox:musl, then restart the build. Files can be looked at without one.',
  );
}

/** `busybox` as `docker.io/library/busybox:latest`, which is how the engine wants it. */
export function fullReference(name: string): string {
  const [first = '', ...rest] = name.split('/');
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const path = hasHost ? name : rest.length === 0 ? `docker.io/library/${name}` : `docker.io/${name}`;
  const last = path.split('/').at(-1) ?? '';
  return /[:@]/.test(last) ? path : `${path}:latest`;
}
