/**
 * Commands of one stop run one by one, each in a shell of its own; what a shell would remember (working directory,
 * exported and unset variables) is kept between them in a file that only the container sees.
 */
import { SCRATCH } from './own-folder.js';
import { quote } from './quote.js';

const KEPT = `${SCRATCH}/kept`;

export interface RememberingOptions {
  /** False: the command sees what was kept, and changes nothing of it. */
  readonly remember: boolean;
  /** `NAME=value` of the container: names that are gone at the end are unset for the next command. */
  readonly env: readonly string[];
}

/**
 * A POSIX script that runs the command after what came before. All of it is on the command's own first line, so that
 * errors of the shell name the right lines; nothing of it is traced when the shell traces (`SHELL ["sh", "-xc"]`).
 */
export function remembering(command: string, { remember, env }: RememberingOptions): string {
  const names = env.map((entry) => entry.split('=', 1)[0] ?? '').filter((name) => /^[A-Za-z_]\w*$/.test(name));
  const save = [
    'umask 077',
    `exec > ${KEPT}`,
    'DBG_CWD=$PWD',
    'export DBG_CWD',
    'export -p',
    `for DBG_NAME in ${[...new Set(names)].join(' ')}; do eval "[ \\"\\\${$DBG_NAME+x}\\" ] || echo unset $DBG_NAME"; done`,
    `echo ${quote('cd -- "$DBG_CWD"; unset DBG_CWD')}`,
  ].join('; ');
  const trap = `{ DBG_CODE=$?; set +ex; } 2>/dev/null; (${save}) 2>/dev/null; exit $DBG_CODE`;
  const before = [
    '{ DBG_TRACE=$-; set +x',
    `if [ -r ${KEPT} ]; then . ${KEPT}; fi; } 2>/dev/null`,
    ...(remember ? [`trap ${quote(trap)} EXIT`] : []),
    'case $DBG_TRACE in *x*) unset DBG_TRACE; set -x;; *) unset DBG_TRACE;; esac',
  ];
  return `${before.join('; ')}; ${command}`;
}
