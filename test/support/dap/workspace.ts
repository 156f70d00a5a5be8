/** A folder for one test, made from a map of files; places are named by marker comments, not by numbers. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Files by path relative to the folder; Dockerfiles may hold `# @stop NAME` on the line above a place. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

export class Workspace implements Disposable {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'dockerfile-debugger-test-')));

  constructor(files: Files) {
    for (const [name, content] of Object.entries(files)) this.write(name, content);
  }

  /** Absolute path of a file; default: the Dockerfile. */
  path(name = 'Dockerfile'): string {
    return join(this.root, name);
  }

  /** Makes or replaces a file. */
  write(name: string, content: string | Uint8Array): void {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), content);
  }

  /** Replaces text in a file; fails when it is not there. */
  edit(from: string, to: string, name = 'Dockerfile'): void {
    const text = readFileSync(this.path(name), 'utf8');
    if (!text.includes(from)) throw new Error(`${name} does not contain ${JSON.stringify(from)}`);
    this.write(name, text.replace(from, to));
  }

  /** The line (from 1) below `# @stop NAME`. */
  line(marker: string, name = 'Dockerfile'): number {
    const lines = readFileSync(this.path(name), 'utf8').split('\n');
    const index = lines.findIndex((line) => /^\s*# @stop (.+?)\s*$/.exec(line)?.[1] === marker);
    if (index < 0) throw new Error(`${name} has no marker "# @stop ${marker}"`);
    return index + 2;
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
