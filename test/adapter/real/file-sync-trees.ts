/** Trees with everything in them that a file system allows, and patterns that nearly fit. */
import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';

/** A reproducible source of choices. */
export class Choice {
  constructor(private seed: number) {}

  below(limit: number): number {
    this.seed = (Math.imul(this.seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.seed / 2 ** 32) * limit);
  }

  of<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T;
  }
}

const names = [
  ...[
    'a',
    'b',
    'foo',
    'foo.log',
    'Foo',
    '.hidden',
    '..x',
    'with space',
    'com,ma',
    'co, mma',
    'ümlaut',
    '日本',
    '😀',
    '\uffee',
  ],
  ...[
    'new\nline',
    'tab\t',
    '-dash',
    '!bang',
    '#hash',
    '[br]',
    'st*r',
    'q?',
    'back\\slash',
    'a+b',
    'per%cent',
    '{x}',
    'a|b',
    '~',
  ],
  'x'.repeat(200),
].map((name) => Buffer.from(name));
const notText = [Buffer.from([0x62, 0xff, 0x61]), Buffer.from([0xc3, 0x28])];

export interface Tree {
  readonly all: readonly Buffer[];
}

/** Fills a folder; paths are relative to it. */
export async function plant(root: string, choice: Choice): Promise<Tree> {
  const planted = { all: [] as Buffer[], files: [] as Buffer[] };
  await fill(Buffer.from(root), 3, choice, planted);
  return { all: planted.all.map((path) => path.subarray(Buffer.byteLength(root) + 1)) };
}

async function fill(
  folder: Buffer,
  depth: number,
  choice: Choice,
  planted: { all: Buffer[]; files: Buffer[] },
): Promise<void> {
  const used = new Set<string>();
  for (let count = 1 + choice.below(7); count > 0; count--) {
    const name = choice.of([...names, ...notText]);
    if (used.has(name.toString('latin1'))) continue;
    used.add(name.toString('latin1'));
    const path = Buffer.concat([folder, Buffer.from('/'), name]);
    const kind = choice.below(20);
    if (kind < 6 && depth > 0) {
      mkdirSync(path);
      await fill(path, depth - 1, choice, planted);
      chmodSync(path, choice.of([0o755, 0o700, 0o1777, 0o2755, 0o555]));
    } else if (kind < 8) {
      const up = Buffer.concat([Buffer.from('../'), choice.of(names)]);
      const targets = ['a', '../a', '/a/b', 'missing', '../../../../etc/passwd', '.', choice.of(names), up];
      symlinkSync(choice.of<Buffer | string>(targets), path);
    } else if (kind < 9 && planted.files.length > 0) linkSync(choice.of(planted.files), path);
    else if (kind < 10) await special(path, choice);
    else file(path, choice, planted.files);
    planted.all.push(path);
  }
}

function file(path: Buffer, choice: Choice, planted: Buffer[]): void {
  writeFileSync(path, Buffer.alloc(choice.of([0, 1, 10, 1000, 40_000, 300_000]), choice.below(256)));
  chmodSync(path, choice.of([0o644, 0o600, 0o755, 0o4755, 0o2711, 0o444]));
  utimesSync(path, 1, choice.of([1.5, 1_600_000_000.123, 1_700_000_000, 0]));
  planted.push(path);
}

async function special(path: Buffer, choice: Choice): Promise<void> {
  const text = path.toString();
  // Programs and sockets take no names that are not text.
  if (!Buffer.from(text).equals(path)) return symlinkSync('a', path);
  const kinds = process.getuid?.() === 0 ? ['pipe', 'socket', 'device'] : ['pipe', 'socket'];
  switch (choice.of(kinds)) {
    case 'pipe':
      execFileSync('mkfifo', ['--', text]);
      return;
    case 'device':
      execFileSync('mknod', ['--', text, 'c', '1', '3']);
      return;
    default:
      // A socket's name is short.
      if (path.length > 100) return symlinkSync('a', path);
      await listen(text);
  }
}

async function listen(path: string): Promise<void> {
  const server = createServer().listen(path);
  await new Promise((resolve) => server.once('listening', resolve));
  // The name has to stay; closing would remove it.
  server.unref();
}

/** Lines of a .dockerignore that have to do with the tree. */
export function ignoreText({ all }: Tree, choice: Choice): Buffer {
  const lines = Array.from({ length: 1 + choice.below(4) }, () => {
    const parts = all.length > 0 ? choice.of(all).toString('latin1').split('/') : ['a'];
    for (const [index, part] of parts.entries()) {
      parts[index] = choice.of([
        part,
        part,
        part,
        part,
        '*',
        '**',
        `${part.slice(0, 1)}*`,
        `?${part.slice(1)}`,
        '[a-z]*',
      ]);
    }
    if (choice.below(4) === 0) parts.pop();
    if (choice.below(6) === 0) parts.push('**');
    return (choice.below(3) === 0 ? '!' : '') + (choice.below(8) === 0 ? '/' : '') + parts.join('/');
  });
  return Buffer.from(`${lines.join('\n')}\n`, 'latin1');
}

/** Instructions that copy all, or some of it by name and by pattern. */
export function copies({ all }: Tree, choice: Choice): string {
  if (all.length === 0 || choice.below(2) === 0) return 'COPY . /\n';
  return Array.from({ length: 1 + choice.below(2) }, () => {
    const parts = choice.of(all).toString().split('/');
    if (choice.below(4) === 0) parts[choice.below(parts.length)] = choice.of(['*', 'f*', '?', '[a-f]*']);
    return `COPY ${JSON.stringify([parts.join('/'), '/dst/'])}\n`;
  }).join('');
}
