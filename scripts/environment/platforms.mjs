// More platforms: programs for arm64, and for 386 where the kernel refuses them, run through Debian's emulators, as on a
// desktop with Docker.
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { extracted } from './debian.mjs';
import { run } from './process.mjs';

const table = '/proc/sys/fs/binfmt_misc';

/** What the first bytes of a program say; ones in the mask count. */
const emulators = {
  arm64: {
    known: /aarch64|arm64/,
    program: 'qemu-aarch64-static',
    magic: String.raw`\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00`,
    mask: String.raw`\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff`,
  },
  386: {
    known: /i386|-386/,
    program: 'qemu-i386-static',
    magic: String.raw`\x7fELF\x01\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x03\x00`,
    mask: String.raw`\xff\xff\xff\xff\xff\xfe\xfe\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff`,
  },
};

/** Teaches the kernel to run programs for other processors, those that it cannot run already. */
export async function emulatePlatforms(say) {
  if (process.arch !== 'arm64') await emulate(say, 'arm64');
  if (!(await runs386(say))) await emulate(say, '386');
}

async function runs386(say) {
  const folder = await extracted(say, 'busybox-static', 'i386');
  return run(join(folder, 'bin/busybox'), ['true']).then(
    () => true,
    () => false,
  );
}

/** F: the emulator is opened now, so containers need no copy. */
async function emulate(say, name) {
  const { known, program, magic, mask } = emulators[name];
  const entries = await readdir(table);
  if (!entries.includes('register')) await run('mount', ['-t', 'binfmt_misc', 'binfmt_misc', table]);
  if ((await readdir(table)).some((entry) => known.test(entry))) return;
  const folder = await extracted(say, 'qemu-user-static');
  const emulator = join(folder, 'usr/bin', program);
  await writeFile(join(table, 'register'), `:dockerfile-debugger-${name}:M::${magic}:${mask}:${emulator}:POCF`);
}
