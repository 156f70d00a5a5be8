/** Shells of this machine; that of busybox where there is one, or where `DFD_BUSYBOX` says. */
import { spawnSync } from 'node:child_process';

const busybox = process.env['DFD_BUSYBOX'] ?? 'busybox';
const hasBusybox = spawnSync(busybox, ['ash', '-c', ':']).status === 0;

/** Command lines up to their options. */
export const shells: readonly (readonly string[])[] = [['dash'], ['bash'], ...(hasBusybox ? [[busybox, 'ash']] : [])];
