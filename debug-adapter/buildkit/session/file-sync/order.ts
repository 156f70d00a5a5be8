import { cleanPath } from '../../../patterns/clean-path.js';
import type { BytePath } from './byte-path.js';

/**
 * Checks the order that the wire demands: relative clean paths, each in a folder that came before, siblings in the order
 * of their bytes. What passes cannot lead out of the root or through anything but folders of the same list.
 */
export class OrderCheck {
  private readonly open: { readonly folder: BytePath; last: BytePath }[] = [{ folder: '', last: '' }];

  /** @throws for a path that must not come here */
  next(path: BytePath, isFolder: boolean): void {
    if (
      path === '' ||
      path !== cleanPath(path) ||
      path.startsWith('/') ||
      /^\.\.?(?:\/|$)/.test(path) ||
      isForeign(path)
    ) {
      throw new Error(`The engine sent the path ${JSON.stringify(path)}, which cannot be in a folder.`);
    }
    const slash = path.lastIndexOf('/');
    const folder = slash < 0 ? '' : path.slice(0, slash);
    const name = path.slice(slash + 1);
    while (this.open.length > 0 && this.open.at(-1)?.folder !== folder) this.open.pop();
    const parent = this.open.at(-1);
    if (parent === undefined || parent.last >= name) throw new Error(`changes out of order: ${JSON.stringify(path)}`);
    parent.last = name;
    if (isFolder) this.open.push({ folder: path, last: '' });
  }
}

/** Names that mean something else here than where they come from. */
function isForeign(path: BytePath): boolean {
  return path.includes('\0') || (process.platform === 'win32' && /[\\:]/.test(path));
}
