import { constants } from 'node:fs';

/** Bits of Go's `os.FileMode`, which the wire has instead of `st_mode`. */
export const goMode = {
  folder: 0x80000000,
  symlink: 0x08000000,
  device: 0x04000000,
  pipe: 0x02000000,
  setuid: 0x00800000,
  setgid: 0x00400000,
  charDevice: 0x00200000,
  sticky: 0x00100000,
  permissions: 0o777,
  /** Set in the mode of everything that has no content. */
  types: 0x8f280000,
} as const;

const systemBits = { setuid: 0o4000, setgid: 0o2000, sticky: 0o1000 } as const;

/** What `lstat` says, as the wire says it. Sockets are sent as plain files, as the reference client does. */
export function goModeOf(systemMode: number, windows: boolean): number {
  const permissions = systemMode & goMode.permissions;
  // Windows knows no execute bit: scripts shall run.
  let mode = windows ? (permissions | 0o111) & 0o755 : permissions;
  if ((systemMode & systemBits.setuid) !== 0) mode |= goMode.setuid;
  if ((systemMode & systemBits.setgid) !== 0) mode |= goMode.setgid;
  if ((systemMode & systemBits.sticky) !== 0) mode |= goMode.sticky;
  switch (systemMode & constants.S_IFMT) {
    case constants.S_IFDIR:
      mode |= goMode.folder;
      break;
    case constants.S_IFLNK:
      mode |= goMode.symlink;
      break;
    case constants.S_IFIFO:
      mode |= goMode.pipe;
      break;
    case constants.S_IFBLK:
      mode |= goMode.device;
      break;
    case constants.S_IFCHR:
      mode |= goMode.device | goMode.charDevice;
  }
  return mode >>> 0;
}

/** The bits for `chmod`. */
export function systemModeOf(mode: number): number {
  let bits = mode & goMode.permissions;
  if ((mode & goMode.setuid) !== 0) bits |= systemBits.setuid;
  if ((mode & goMode.setgid) !== 0) bits |= systemBits.setgid;
  if ((mode & goMode.sticky) !== 0) bits |= systemBits.sticky;
  return bits;
}

/** Whether there may be content to ask for. */
export function hasContent(mode: number): boolean {
  return (mode & goMode.types) >>> 0 === 0;
}
