/** What the engine refuses when it comes to an instruction and knows the values of its variables. */
import { expand } from './expand.js';
import { heredocsOf } from './heredoc.js';
import { nearest } from './locate.js';
import { mountFields } from './mount.js';
import type { Instruction } from './model.js';
import { plainWords } from './words.js';

/** Expands a text of the instruction; a text that cannot be expanded is reported on the way. */
export type Expander = (text: string) => string;

/** Problems in words. Expanding is part of the check: the engine expands these texts too. */
export function refusals(
  instruction: Instruction,
  expandText: Expander,
  lookup: (name: string) => string | undefined,
): readonly string[] {
  switch (instruction.keyword) {
    case 'RUN':
      return [
        ...refuseEmpty(instruction),
        ...instruction.flags.flatMap(({ name, value }) => (name === 'mount' ? refuseMount(value, expandText) : [])),
      ];
    case 'ADD':
    case 'COPY':
      return refuseCopy(instruction, expandText, lookup);
    default:
      return [];
  }
}

function refuseEmpty({ json }: Instruction): readonly string[] {
  return json?.length === 0 ? ['RUN [] has no command.'] : [];
}

const mountTypes = ['bind', 'cache', 'tmpfs', 'secret', 'ssh'];
const mountKeys = [
  ...['type', 'from', 'source', 'src', 'target', 'dst', 'destination', 'readonly', 'ro', 'readwrite', 'rw'],
  ...['required', 'size', 'id', 'sharing', 'mode', 'uid', 'gid', 'env'],
];
const bareKeys = new Set(['readonly', 'ro', 'readwrite', 'rw', 'required']);

function refuseMount(text: string, expandText: Expander): readonly string[] {
  const problems: string[] = [];
  for (const { key, value } of mountFields(text) ?? []) {
    if (!mountKeys.includes(key)) problems.push(`--mount does not know "${key}".${suggestion(key, mountKeys)}`);
    else if (value === undefined && !bareKeys.has(key)) problems.push(`--mount: "${key}" has no value.`);
    const expanded = value === undefined ? '' : expandText(value);
    if (key === 'type' && value !== undefined) problems.push(...refuseOther('type', expanded, mountTypes));
    if (key === 'sharing') problems.push(...refuseOther('sharing', expanded, ['shared', 'private', 'locked']));
  }
  return problems;
}

function refuseOther(what: string, value: string, known: readonly string[]): readonly string[] {
  if (known.includes(value.toLowerCase())) return [];
  return [`--mount: there is no ${what} "${value}".${suggestion(value, known)}`];
}

function suggestion(word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  return meant === undefined ? '' : ` Did you mean "${meant}"?`;
}

function refuseCopy(
  instruction: Instruction,
  expandText: Expander,
  lookup: (name: string) => string | undefined,
): readonly string[] {
  const problems: string[] = [];
  for (const { name, value } of instruction.flags) if (['chown', 'chmod', 'checksum'].includes(name)) expandText(value);
  const paths = instruction.json ?? plainWords(instruction.args).filter((path) => heredocsOf(path).length === 0);
  for (const [index, path] of paths.entries()) {
    const expanded = expandText(path);
    const isUrl = index < paths.length - 1 && /^https?:\/\//.test(expanded);
    if (instruction.keyword === 'COPY' && isUrl) problems.push(`COPY cannot fetch ${expanded}: use ADD.`);
  }
  for (const heredoc of instruction.heredocs) {
    const expanded = heredoc.expand ? expand(heredoc.content, lookup, { escape: '\\', skipQuotes: true }) : undefined;
    if (expanded?.ok === false) problems.push(expanded.message);
  }
  return problems;
}

const signals = new Set([
  ...[
    'ABRT',
    'ALRM',
    'BUS',
    'CHLD',
    'CLD',
    'CONT',
    'FPE',
    'HUP',
    'ILL',
    'INT',
    'IO',
    'IOT',
    'KILL',
    'PIPE',
    'POLL',
    'PROF',
  ],
  ...[
    'PWR',
    'QUIT',
    'SEGV',
    'STKFLT',
    'STOP',
    'SYS',
    'TERM',
    'TRAP',
    'TSTP',
    'TTIN',
    'TTOU',
    'URG',
    'USR1',
    'USR2',
    'VTALRM',
  ],
  ...['WINCH', 'XCPU', 'XFSZ', 'RTMIN', 'RTMAX'],
]);

/** Whether STOPSIGNAL may have this value. */
export function isSignal(text: string): boolean {
  if (/^[+-]?\d+$/.test(text)) return Number(text) !== 0;
  const name = text.toUpperCase().replace(/^SIG/, '');
  return signals.has(name) || /^RTMIN\+([1-9]|1[0-5])$/.test(name) || /^RTMAX-([1-9]|1[0-4])$/.test(name);
}
