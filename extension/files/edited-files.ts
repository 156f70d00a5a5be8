import { createHash } from 'node:crypto';

/** The files that a build is made from, and which of them were saved with another content since it began. Paths are absolute. */
export class EditedFiles {
  readonly #before = new Map<string, string>();
  readonly #edited = new Set<string>();

  /** The one that was edited first; undefined when all are as they were built. */
  get first(): string | undefined {
    return [...this.#edited][0];
  }

  /** What a file holds that is about to be saved; only the first time tells what was built. */
  willSave(path: string, content: Uint8Array): void {
    if (!this.#before.has(path)) this.#before.set(path, digest(content));
  }

  /** It was saved: edited, unless it holds again what it held before. */
  saved(path: string, content: Uint8Array): void {
    this.set(path, this.#before.get(path) !== digest(content));
  }

  /** Somebody else has compared it. */
  set(path: string, edited: boolean): void {
    if (edited) this.#edited.add(path);
    else this.#edited.delete(path);
  }
}

function digest(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
