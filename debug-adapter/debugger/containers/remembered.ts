/**
 * Commands of one stop run one by one, each in a shell of its own; what a shell would remember (working directory,
 * exported and unset variables) is kept between them in a file that only the container sees.
 */
import { SCRATCH, type OwnFile } from './own-folder.js';
import { quote } from '../common/quote.js';

const KEPT = `${SCRATCH}/kept`;
const BEFORE = `${SCRATCH}/before`;

/**
 * What a command reads before it runs. Nothing of it is traced when the shell traces (`SHELL ["sh", "-xc"]`).
 *
 * @param env `NAME=value` of the container: names that are gone at the end are unset for the next command
 */
export function rememberingFile(env: readonly string[]): OwnFile {
  const names = env.map((entry) => entry.split('=', 1)[0] ?? '').filter((name) => /^[A-Za-z_]\w*$/.test(name));
  const save = [
    'umask 077',
    `exec > ${KEPT}`,
    'DBG_CWD=$PWD',
    'export DBG_CWD',
    'export -p',
    `for DBG_NAME in ${[...new Set(names)].join(' ')}; do eval "[ \\"\\\${$DBG_NAME+x}\\" ] || echo unset $DBG_NAME"; done`,
    `echo ${quote('cd -- "$DBG_CWD" || :; unset DBG_CWD')}`,
  ].join('; ');
  const trap = `{ DBG_CODE=$?; set +ex; } 2>/dev/null; (${save}) 2>/dev/null; exit $DBG_CODE`;
  const lines = [
    'DBG_TRACE=$-; set +x',
    `if [ -r ${KEPT} ]; then . ${KEPT}; fi`,
    `[ -n "\${DBG_FORGET-}" ] || trap ${quote(trap)} EXIT`,
    'unset DBG_FORGET',
    'case $DBG_TRACE in *x*) unset DBG_TRACE; set -x;; *) unset DBG_TRACE;; esac',
  ];
  return { path: BEFORE, content: lines.join('\n') };
}

/**
 * A POSIX script that runs the command after what came before, on the same line, so that errors name the right one.
 *
 * @param remember false: the command sees what was kept, and changes nothing of it
 */
export function remembering(command: string, remember: boolean): string {
  return `{ ${remember ? '' : 'DBG_FORGET=1; '}. ${BEFORE}; } 2>/dev/null; ${command}`;
}
