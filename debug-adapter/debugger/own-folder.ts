/** `/.dbg`: the one folder of a container that is the debugger's and not the image's. */
import { Mount, MountType } from '../buildkit/gen/ops.js';

/** Where the debugger's own files are seen in a container; the toolbox is mounted here. */
export const OWN_FOLDER = '/.dbg';
/** In memory and writable for every user: histories, what a shell is to remember. Nothing of it is ever in an image. */
export const SCRATCH = `${OWN_FOLDER}/run`;

/** Where programs are in a toolbox, as seen in the container. */
export const TOOL_FOLDERS: readonly string[] = ['bin', 'usr/bin', 'sbin', 'usr/sbin', 'busybox'].map(
  (folder) => `${OWN_FOLDER}/${folder}`,
);

/** The mount behind `SCRATCH`. */
export const scratchMount: Mount = Mount.fromPartial({
  dest: SCRATCH,
  mountType: MountType.TMPFS,
  input: -1n,
  output: -1n,
});
