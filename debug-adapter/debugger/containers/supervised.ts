/**
 * Processes in a container that others share. The engine ends all processes of a container when one of them ends with
 * another code than 0 (gateway/container: one error group for all), so each runs below a supervisor, a shell that
 * outlives it, says its exit code in the output, and ends with 0 itself.
 */
import { randomBytes } from 'node:crypto';
import type { Process } from '../../buildkit/api.js';
import { SCRATCH, type OwnFile } from './own-folder.js';

/** Name of a supervised process, unlike any other of its container. */
export interface Badge {
  readonly number: number;
  /** Nothing else that is written holds it. */
  readonly token: string;
}

/** A badge for the process of that number. */
export function makeBadge(number: number): Badge {
  return { number, token: randomBytes(12).toString('hex') };
}

/** Begins and ends what the supervisor says; a terminal leaves it as it is. */
const MARK = '\u001e';
/** How long the exit code may come after the end of the supervisor, in milliseconds. */
const LATE = 1000;

const SUPERVISE = `${SCRATCH}/supervise`;
const SIGNAL = `${SCRATCH}/signal`;

/**
 * The supervisor (arguments: number, token, command line; keys of a terminal are for the process alone), and how a signal
 * gets to a process and all that it started, found by their session, and to nothing else (arguments: number, name).
 * Neither needs a program beside the shell.
 */
export const supervisorFiles: readonly OwnFile[] = [
  {
    path: SUPERVISE,
    content: [
      `echo $$ > ${SCRATCH}/pid.$1; token=$2; shift 2`,
      'trap : INT QUIT TSTP; unset SHLVL',
      // What a shell says of a process that was killed is nothing that the process wrote.
      'exec 9>&2 2>/dev/null',
      '"$@" 2>&9 9>&-',
      `printf '\\036%s %d\\036' "$token" "$?" >&9`,
      ':',
    ].join('\n'),
  },
  {
    path: SIGNAL,
    content: [
      `read -r leader < ${SCRATCH}/pid.$1 || exit 0`,
      'name=$2',
      'for file in /proc/[0-9]*/stat; do',
      '  read -r line < "$file" || continue',
      '  pid=${line%% *}',
      '  set -- ${line##*) }',
      '  if [ "$4" = "$leader" ] && [ "$pid" != "$leader" ]; then kill "-$name" "$pid"; fi',
      'done 2>/dev/null',
      'exit 0',
    ].join('\n'),
  },
];

/** The supervisor's command line for that of the process. */
export function supervisorArgs(shell: string, args: readonly string[], { number, token }: Badge): readonly string[] {
  return [shell, SUPERVISE, String(number), token, ...args];
}

/** The same for a shell that goes on with something else: what it runs, with these words as its arguments. */
export function supervise(
  args: readonly string[],
  { number, token }: Badge,
): { readonly script: string; readonly words: readonly string[] } {
  return { script: `. ${SUPERVISE}`, words: [String(number), token, ...args] };
}

/** A command line that sends a signal to all of the badge. */
export function signalArgs(shell: string, name: string, { number }: Badge): readonly string[] {
  return [shell, SIGNAL, String(number), name];
}

/**
 * Sends signals one after the other: each takes a process of its own, and one that begins later may come sooner. What
 * kills waits for none.
 */
export function signalsInOrder(send: (name: string) => Promise<void>): (name: string) => Promise<void> {
  let before: Promise<void> = Promise.resolve();
  return (name) => {
    const sent = name === 'KILL' ? send(name) : before.then(() => send(name));
    // A container that is gone has no processes either.
    before = sent.catch(() => undefined);
    return before;
  };
}

/**
 * The process behind its supervisor: output without the supervisor's words, its own exit code.
 *
 * @param send sends a signal to all of the badge
 * @param how `output`: that of the supervisor, where a part has been read; `goesOn`: it does not end with the process
 */
export function behindSupervisor(
  supervisor: Process,
  badge: Badge,
  send: Process['signal'],
  how: { readonly output?: Process['output']; readonly goesOn?: boolean } = {},
): Process {
  let tell: (code: number) => void = () => undefined;
  const told = new Promise<{ readonly code: number }>((resolve) => {
    tell = (code) => resolve({ code });
  });
  const silent = supervisor.exit.then(async (exit) => {
    await new Promise((resolve) => setTimeout(resolve, LATE).unref());
    return exit;
  });
  silent.catch(() => undefined);
  return {
    output: withoutWords(how.output ?? supervisor.output, badge, tell, how.goesOn === true),
    exit: Promise.race([told, silent]),
    write: (data) => supervisor.write(data),
    endInput: () => supervisor.endInput(),
    resize: (size) => supervisor.resize(size),
    signal: send,
  };
}

type Piece = { readonly fd: 1 | 2; readonly data: Uint8Array };

async function* withoutWords(
  output: AsyncIterable<Piece>,
  badge: Badge,
  tell: (code: number) => void,
  goesOn: boolean,
): AsyncGenerator<Piece> {
  const held: Record<1 | 2, Buffer> = { 1: Buffer.alloc(0), 2: Buffer.alloc(0) };
  for await (const { fd, data } of output) {
    const { before, code, after } = findWords(Buffer.concat([held[fd], data]), badge);
    held[fd] = after;
    if (before.length > 0) yield { fd, data: before };
    if (code === undefined) continue;
    tell(code);
    if (goesOn) return;
  }
  for (const fd of [1, 2] as const) if (held[fd].length > 0) yield { fd, data: held[fd] };
}

/** What goes out, the code if it was said, and what has to wait because it may be the beginning of the words. */
export function findWords(
  bytes: Buffer,
  { token }: Badge,
): { readonly before: Buffer; readonly code: number | undefined; readonly after: Buffer } {
  const opening = `${MARK}${token} `;
  const start = bytes.indexOf(opening, 0, 'latin1');
  const [whole = '', code] = start < 0 ? [] : (/^\S+ (\d{1,3})\u001e/.exec(bytes.toString('latin1', start)) ?? []);
  if (code !== undefined) {
    const before = Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + whole.length)]);
    return { before, code: Number(code), after: Buffer.alloc(0) };
  }
  const last = start < 0 ? bytes.lastIndexOf(MARK, undefined, 'latin1') : start;
  const rest = last < 0 ? '' : bytes.toString('latin1', last, last + opening.length + 4);
  const begun = rest !== '' && (opening.startsWith(rest) || new RegExp(`^${opening}\\d{0,3}$`).test(rest));
  const cut = begun ? last : bytes.length;
  return { before: bytes.subarray(0, cut), code: undefined, after: bytes.subarray(cut) };
}
