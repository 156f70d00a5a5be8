// A product in the cache is made once: under a lock, in a folder beside, and moved to its name when it is whole.
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cache } from './paths.mjs';
import { birth } from './process.mjs';

/** Runs `action` while no other process holds the lock of that name. A holder that died does not hold it. */
export async function withLock(name, action) {
  const file = join(cache, 'locks', name);
  await mkdir(dirname(file), { recursive: true });
  const mine = `${process.pid} ${await birth(process.pid)}`;
  for (;;) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(mine);
      await handle.close();
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      await dropDead(file);
      await delay(200);
    }
  }
  try {
    return await action();
  } finally {
    await rm(file, { force: true });
  }
}

async function dropDead(file) {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const [pid, born] = text.split(' ');
  // An empty file is one that its maker has not written yet, unless it died between the two.
  const age =
    Date.now() -
    (await stat(file).then(
      (info) => info.mtimeMs,
      () => Date.now(),
    ));
  if (text === '' ? age > 10_000 : (await birth(pid)) !== born) await rm(file, { force: true });
}

/** Whether a path exists. */
export const exists = (path) =>
  stat(path).then(
    () => true,
    () => false,
  );

/** The folder `name` in the cache, made by `make(folder)` if it is not there yet. `say` hears when work begins. */
export async function product(name, say, make) {
  const folder = join(cache, name);
  if (await exists(folder)) return folder;
  return withLock(name.replaceAll('/', '_'), async () => {
    if (await exists(folder)) return folder;
    const draft = `${folder}.draft`;
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true });
    const started = Date.now();
    say(`installing ${name} …`);
    try {
      await make(draft);
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      throw error;
    }
    await rename(draft, folder);
    say(`installed ${name} in ${Math.round((Date.now() - started) / 1000)} s`);
    return folder;
  });
}
