/** Folders of a container that are the debugger's and not the image's. */
import { Mount, MountType } from '../../buildkit/gen/ops.js';

/** The toolbox, where it is needed; read-only. */
export const TOOLBOX_FOLDER = '/.dbg';
/**
 * In memory and writable for every user: histories, what a shell is to remember. Not below the toolbox: there it would
 * have the owner and mode of a folder of that image.
 */
export const SCRATCH = '/.dbg-run';

/** Their names in the root of a container. */
export const OWN_NAMES: ReadonlySet<string> = new Set([TOOLBOX_FOLDER, SCRATCH].map((path) => path.slice(1)));

/** A file there that commands need; the first process of the container writes it. */
export interface OwnFile {
  readonly path: string;
  readonly content: string;
}

/** Where programs are in a toolbox, as seen in the container. */
export const TOOL_FOLDERS: readonly string[] = ['bin', 'usr/bin', 'sbin', 'usr/sbin', 'busybox'].map(
  (folder) => `${TOOLBOX_FOLDER}/${folder}`,
);

/** The mount behind `SCRATCH`. */
export const scratchMount: Mount = Mount.fromPartial({
  dest: SCRATCH,
  mountType: MountType.TMPFS,
  input: -1n,
  output: -1n,
});
