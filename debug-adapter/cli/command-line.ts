/**
 * The command line. Its own flags are few; everything else goes to the adapter as it was typed, which knows all flags of
 * `docker buildx build`. Only where standard input is meant and where the Dockerfile is must be known here.
 */

import { nearest } from '../patterns/nearest.js';

/** What the user asked for. */
export type Command =
  | { readonly kind: 'help' | 'version' }
  | { readonly kind: 'wrong'; readonly text: string }
  | BuildCommand;

/** What a build comes from, if not from flags alone. */
export interface Definition {
  readonly kind: 'compose' | 'bake' | 'record';
  /** Files as typed; none for the usual ones. */
  readonly files: readonly string[];
  /** Service or target, undefined where there is one only; of a record the folder with the sources, if it is not this one. */
  readonly name: string | undefined;
}

/** `dockerfile-debug build …`, `compose …`, `bake …`, `record …` */
export interface BuildCommand {
  readonly kind: 'build';
  readonly definition: Definition | undefined;
  /** Flags and PATH for the adapter. */
  readonly args: readonly string[];
  readonly stopOnEntry: boolean;
  /** Lines, or names of stages and instructions. */
  readonly breaks: readonly string[];
  readonly trace: string | undefined;
  /** File that a report in Markdown is added to. */
  readonly report: string | undefined;
  readonly noDebug: boolean;
  /** The images of a record are those of today. */
  readonly noPins: boolean;
  /** Paths in the image that are copied out of a failed step. */
  readonly rescue: readonly string[];
  readonly rescueTo: string | undefined;
  readonly toolbox: string | undefined;
  readonly progress: Progress;
}

/** How progress is shown; `auto` asks whether there is a terminal. */
export type Progress = 'auto' | 'tty' | 'plain' | 'quiet';

/** Flags that stand alone. */
const switches = new Set([
  ...[
    '--check',
    '--compress',
    '--debug',
    '--detach',
    '--force-rm',
    '--load',
    '--no-cache',
    '--pull',
    '--push',
    '--quiet',
    '--rm',
  ],
  ...['--squash', '-D', '-q', '--help', '-h', '--version', '--stop-on-entry', '--no-debug', '--no-pin-images'],
]);

/** Flags with a value, behind `=` or as the next word. */
const valued = new Set([
  ...['--add-host', '--allow', '--annotation', '--attest', '--build-arg', '--build-context', '--builder'],
  ...['--cache-from', '--cache-to', '--call', '--cgroup-parent', '--cpu-period', '--cpu-quota', '--cpu-shares', '-c'],
  ...['--cpuset-cpus', '--cpuset-mems', '--file', '-f', '--iidfile', '--isolation', '--label', '--memory', '-m'],
  ...['--memory-swap', '--metadata-file', '--network', '--no-cache-filter', '--output', '-o', '--platform', '--policy'],
  ...[
    '--invoke',
    '--on',
    '--print',
    '--progress',
    '--provenance',
    '--resource',
    '--root',
    '--sbom',
    '--server-config',
    '--secret',
    '--security-opt',
    '--shm-size',
  ],
  ...[
    '--ssh',
    '--tag',
    '-t',
    '--target',
    '--ulimit',
    '--break',
    '--trace',
    '--rescue',
    '--rescue-to',
    '--report',
    '--toolbox',
  ],
]);

/** Options of ours that have a value, and how each is written. */
const ownValued: Readonly<Record<string, string>> = {
  '--break': '--break LINE, --break STAGE or --break RUN',
  '--progress': '--progress auto, tty, plain or quiet',
  '--report': '--report FILE',
  '--rescue': "--rescue PATH with a path in the image, e.g. --rescue '**/junit.xml'",
  '--rescue-to': '--rescue-to DIR with a folder of this machine',
  '--toolbox': '--toolbox IMAGE, or --toolbox none',
  '--trace': '--trace FILE',
};
const ownSwitches = ['--stop-on-entry', '--no-debug', '--no-pin-images'];
const own = new Set([...Object.keys(ownValued), ...ownSwitches, '--help', '-h', '--version']);

/** One flag with its value, or one operand. */
interface Word {
  readonly flag: string | undefined;
  readonly value: string | undefined;
  /** As typed. */
  readonly raw: readonly string[];
}

/** Reads the words after the program's name. */
export function parseCommandLine(argv: readonly string[]): Command {
  const [command, ...rest] = argv;
  if (command === undefined || command === 'help' || command === '--help' || command === '-h') return { kind: 'help' };
  if (command === '--version' || command === '-v' || command === 'version') return { kind: 'version' };
  if (command === 'compose' || command === 'bake') return parseDefined(command, words(rest));
  if (command === 'record') return parseRecord(words(rest));
  if (command !== 'build') {
    const near = nearest(command, ['build', 'compose', 'bake', 'record', 'mcp']);
    const hint = near === undefined ? 'Try: dockerfile-debug build PATH' : `Did you mean "${near}"?`;
    return { kind: 'wrong', text: `Unknown command "${command}". ${hint}` };
  }
  return parseBuild(words(rest), undefined);
}

/** `-f` names files of the definition there, the operand one of its builds; all else is as for a build, and wins. */
function parseDefined(kind: Definition['kind'], given: readonly Word[]): Command {
  const what = kind === 'compose' ? 'service' : 'target';
  const isFile = ({ flag }: Word): boolean => flag === '-f' || flag === '--file';
  const operands = given.filter(({ flag }) => flag === undefined);
  // The value of a flag that is not known is taken for an operand.
  const strange = unknownFlag(given);
  if (strange !== undefined) return { kind: 'wrong', text: strange };
  if (operands.length > 1) {
    const names = operands.map(({ value }) => value).join(' ');
    return { kind: 'wrong', text: `One ${what} is debugged at a time, not ${operands.length}: ${names}` };
  }
  const files = given.filter(isFile).map(({ value }) => value ?? '');
  if (files.includes('')) return { kind: 'wrong', text: `-f needs a value: the path of a ${kind} file.` };
  if (files.includes('-')) return { kind: 'wrong', text: `A ${kind} file cannot come from standard input here.` };
  const name = operands[0]?.value;
  return parseBuild(
    given.filter((word) => !isFile(word) && word.flag !== undefined),
    { kind, files, name },
  );
}

/** Splits into flags with their values and operands. */
export function words(argv: readonly string[]): readonly Word[] {
  const result: Word[] = [];
  for (let index = 0; index < argv.length; index++) {
    const raw = argv[index] ?? '';
    if (raw === '--') {
      const rest = argv.slice(index + 1);
      result.push(...rest.map((value, at) => ({ flag: undefined, value, raw: at === 0 ? ['--', value] : [value] })));
      break;
    }
    const { flag, value } = split(raw);
    const next = argv[index + 1];
    if (flag === undefined || value !== undefined || !valued.has(flag) || next === undefined) {
      result.push({ flag, value, raw: [raw] });
      continue;
    }
    result.push({ flag, value: next, raw: [raw, next] });
    index++;
  }
  return result;
}

/** `--name=value`, `-xvalue`, `-x=value`, `-qx value`, `--name`, or no flag at all. */
function split(raw: string): { readonly flag?: string; readonly value?: string } {
  if (!raw.startsWith('-') || raw === '-') return { value: raw };
  const equals = raw.indexOf('=');
  if (raw.startsWith('--')) {
    return equals < 0 ? { flag: raw } : { flag: raw.slice(0, equals), value: raw.slice(equals + 1) };
  }
  const letters = [...raw.slice(1)];
  const at = letters.findIndex((letter) => !switches.has(`-${letter}`));
  if (at < 0) return { flag: raw.slice(0, 2) };
  const value = letters
    .slice(at + 1)
    .join('')
    .replace(/^=/, '');
  return { flag: `-${letters[at] ?? ''}`, ...(value === '' ? {} : { value }) };
}

/** The file, and the folder with the sources if that is another one than this: its name is the definition's; flags win. */
function parseRecord(given: readonly Word[]): Command {
  const [file, ...rest] = given.filter(({ flag }) => flag === undefined).map(({ value }) => value ?? '');
  if (file === undefined) return { kind: 'wrong', text: 'Name the build record: a .dockerbuild file.' };
  if (rest.length > 1) return { kind: 'wrong', text: `One folder is expected, not ${rest.length}: ${rest.join(' ')}` };
  const flags = given.filter(({ flag }) => flag !== undefined);
  return parseBuild(flags, { kind: 'record', files: [file], name: rest[0] });
}

function parseBuild(given: readonly Word[], definition: Definition | undefined): Command {
  const mine = given.filter(({ flag }) => flag !== undefined && own.has(flag));
  const names = new Set(mine.map(({ flag }) => flag));
  if (names.has('--help') || names.has('-h')) return { kind: 'help' };
  if (names.has('--version')) return { kind: 'version' };
  const values = (flag: string): string[] => mine.flatMap((word) => (word.flag === flag ? [word.value ?? ''] : []));
  const progress = values('--progress').at(-1) ?? 'auto';
  const quiet = given.some(isQuiet);
  const wrong = unknownFlag(given) ?? wrongValue(given);
  if (wrong !== undefined) return { kind: 'wrong', text: wrong };
  if (!isProgress(progress)) {
    return { kind: 'wrong', text: `--progress is one of auto, tty, plain, quiet, not "${progress}".` };
  }
  if (quiet && (progress === 'tty' || progress === 'plain')) {
    return {
      kind: 'wrong',
      text: `--quiet shows no progress, and --progress ${progress} does: leave one of them out.`,
    };
  }
  const args = given.filter((word) => !mine.includes(word));
  const operands = args.filter(({ flag }) => flag === undefined);
  if (definition === undefined && operands.length !== 1) return { kind: 'wrong', text: complaint(operands, given) };
  return {
    kind: 'build',
    definition,
    args: args.flatMap(({ raw }) => raw),
    stopOnEntry: names.has('--stop-on-entry'),
    breaks: values('--break'),
    trace: values('--trace').at(-1),
    report: values('--report').at(-1),
    noDebug: names.has('--no-debug'),
    noPins: names.has('--no-pin-images'),
    rescue: values('--rescue'),
    rescueTo: values('--rescue-to').at(-1),
    toolbox: values('--toolbox').at(-1),
    progress: quiet ? 'quiet' : progress,
  };
}

/** `-q` also among other letters; it may be taken back: `--quiet=false`. */
function isQuiet({ flag, value, raw: [first = ''] }: Word): boolean {
  if (flag === '--quiet') return value === undefined || /^(?:1|t|true)$/i.test(value);
  return /^-D*q/.test(first);
}

/** Words about the first flag that neither we nor docker know; undefined when there is none. */
function unknownFlag(given: readonly Word[]): string | undefined {
  const strange = given.find(({ flag }) => flag !== undefined && !switches.has(flag) && !valued.has(flag))?.flag;
  if (strange === undefined) return undefined;
  // Every short one is near every other.
  const near = strange.startsWith('--') ? nearest(strange, [...own, ...switches, ...valued]) : undefined;
  return `There is no option ${strange}.${near === undefined ? '' : ` Did you mean ${near}?`}`;
}

/** Words about the first of our options that lacks its value, or has one that it does not take. */
function wrongValue(given: readonly Word[]): string | undefined {
  const full = given.find(({ flag = '', value }) => ownSwitches.includes(flag) && value !== undefined);
  if (full?.flag !== undefined) return `${full.flag} takes no value: leave it out instead.`;
  const empty = given.find(({ flag, value = '' }) => flag !== undefined && flag in ownValued && value === '')?.flag;
  return empty === undefined ? undefined : `${empty} needs a value: ${ownValued[empty] ?? ''}.`;
}

function complaint(operands: readonly Word[], given: readonly Word[]): string {
  const context = 'Name the build context: a PATH, a URL, or - for standard input.';
  const { flag, value, raw } = given.at(-1) ?? { raw: [] };
  // The last word is nearly always the context.
  const taken = operands.length === 0 && flag !== undefined && raw.length === 2;
  if (taken) return `"${value ?? ''}" is the value of ${flag} here, and no build context follows it. ${context}`;
  if (operands.length === 0) return context;
  return `One build context is expected, not ${operands.length}: ${operands.map(({ value: word }) => word).join(' ')}`;
}

function isProgress(text: string): text is Progress {
  return ['auto', 'tty', 'plain', 'quiet'].includes(text);
}
