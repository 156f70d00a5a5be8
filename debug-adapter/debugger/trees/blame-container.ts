/** Who wrote a path of the container in which the commands of a stop run. */
import type { Blame, StateFiles } from '../api.js';
import { isSame } from './blame.js';

export interface ContainerBlame {
  /** Absolute. */
  readonly path: string;
  /** Where something is mounted. */
  readonly mounted: readonly string[];
  readonly container: StateFiles;
  /** What the container was made of. */
  readonly state: StateFiles;
  /** The instruction that wrote the path last, as seen from that state. */
  readonly blame: () => Promise<Blame>;
  readonly signal: AbortSignal;
}

/** An instruction only for what is as it was when the container was made. */
export async function blameContainer(input: ContainerBlame): Promise<Blame> {
  const { path, mounted, container, state, signal } = input;
  const mount = mounted.find((dest) => path === dest || path.startsWith(`${dest}/`));
  if (mount !== undefined) {
    const what = path === mount ? 'is mounted into the container' : `lies in ${mount}, which is mounted`;
    return { text: `${path} ${what}: no instruction wrote it into the image.`, place: undefined };
  }
  const [now, before] = await Promise.all([container.stat(path, signal), state.stat(path, signal)]);
  if (now === undefined ? before === undefined : isSame(before, now)) return input.blame();
  const what = now === undefined ? 'deleted' : before === undefined ? 'created' : 'changed';
  return { text: `${path} was ${what} in the container of this stop, by no instruction.`, place: undefined };
}
