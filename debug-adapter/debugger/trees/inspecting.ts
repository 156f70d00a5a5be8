/** How processes of the toolbox tell of files that are mounted beside it. */
import type { Container, ProcessRequest } from '../../buildkit/api.js';
import { Meta, Mount, NetMode, SecurityMode } from '../../buildkit/gen/ops.js';
import type { FileFact } from '../api.js';
import type { Workshop } from '../containers/opening.js';
import { quote } from '../common/quote.js';
import { factOfStat } from './system-mode.js';

/** Batches: how many; names that end with 0; a line for each with mode, size, owner and time. */
const TELL = `echo $#; printf '%s\\000' "$@"; stat -c '%f %s %u %g %y' -- "$@"`;
const LINKS = `for f in "$@"; do if [ -L "$f" ]; then readlink -- "$f"; printf '\\000'; fi; done`;

/** Tells of the names on its input, which end with 0. */
export const TELL_EACH = `xargs -0 -r -n 4000 sh -c ${quote(TELL)} sh`;
/** And where links lead to, behind the lines of their batch: each a line with a 0 behind it. */
export const TELL_EACH_AND_LINKS = `xargs -0 -r -n 4000 sh -c ${quote(`${TELL} && ${LINKS}`)} sh`;

/** Where the mount of that number is. */
export function placeOf(mount: number): string {
  return `/dbg${mount}`;
}

/** A container of the toolbox, with file systems mounted in it, read-only. Rejects where there is no toolbox. */
export async function openBeside(
  { gateway, toolbox }: Workshop,
  mounts: readonly Partial<Mount>[],
  signal: AbortSignal,
): Promise<Container> {
  const root = { ...(await toolbox.mount(signal)), dest: '/' };
  const beside = mounts.map((mount, index) =>
    Mount.fromPartial({ ...mount, dest: placeOf(index), readonly: true, input: -1n, output: -1n }),
  );
  return gateway.newContainer({ mounts: [root, ...beside], network: NetMode.NONE }, { signal });
}

/** A process there. */
export function inspecting(args: string[]): ProcessRequest {
  const env = ['PATH=/bin:/usr/bin:/sbin:/usr/sbin:/busybox', 'TZ=UTC', 'LC_ALL=C'];
  const meta = Meta.fromPartial({ args, cwd: '/', user: '0:0', env });
  return { meta, tty: false, stdin: true, security: SecurityMode.SANDBOX, secretEnv: [] };
}

/** A file by one of the lines; where a link leads to is not among the facts. */
export function factOfLine(name: string, line: string): FileFact {
  const words = line.split(' ');
  const [date = '', time = ''] = words.slice(4);
  return factOfStat(name, words, Date.parse(`${date}T${time.slice(0, 12)}Z`));
}
