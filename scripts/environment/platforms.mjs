// A second platform: arm64 programs run on this kernel through Debian's emulator, as on a desktop with Docker.
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { extracted } from './debian.mjs';
import { run } from './process.mjs';

const table = '/proc/sys/fs/binfmt_misc';
const name = 'dockerfile-debugger-arm64';
const magic = String.raw`\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00`;
const mask = String.raw`\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff`;

/** Teaches the kernel to run arm64 programs, unless it can already. F: the emulator is opened now, so containers need no copy. */
export async function emulateArm64(say) {
  if (process.arch === 'arm64') return;
  const entries = await readdir(table);
  if (!entries.includes('register')) await run('mount', ['-t', 'binfmt_misc', 'binfmt_misc', table]);
  if ((await readdir(table)).some((entry) => /aarch64|arm64/.test(entry))) return;
  const folder = await extracted(say, 'qemu-user-static');
  await writeFile(
    join(table, 'register'),
    `:${name}:M::${magic}:${mask}:${join(folder, 'usr/bin/qemu-aarch64-static')}:POCF`,
  );
}
