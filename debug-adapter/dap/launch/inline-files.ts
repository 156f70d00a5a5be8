import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Dockerfiles that are written in a definition, as files in a private folder that goes with the session. */
export class InlineFiles implements Disposable {
  #folder: Promise<string> | undefined;
  #made: string | undefined;
  readonly #texts = new Map<string, string>();

  /** Absolute path of a file with this text; the same one for the same build, e.g. `service api`. */
  async write(build: string, text: string): Promise<string> {
    this.#folder ??= mkdtemp(join(tmpdir(), 'dockerfile-debug-'));
    const folder = await this.#folder;
    this.#made = folder;
    const name = build.replace(/^\S+ /, '');
    const path = join(folder, `${name.replaceAll(/[^\w.-]/g, '_')}.Dockerfile`);
    // One that is the same must not look like an edit.
    if (this.#texts.get(path) !== text) await writeFile(path, text, { mode: 0o600 });
    this.#texts.set(path, text);
    return path;
  }

  [Symbol.dispose](): void {
    if (this.#made !== undefined) rmSync(this.#made, { recursive: true, force: true });
  }
}
