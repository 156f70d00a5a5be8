/** Flags that no engine accepts. A flag that a newer engine may know is none of them, unless it is a known one misspelled. */
import type { Fault } from './check-arguments.js';
import { nearest } from './locate.js';
import { mountFields } from './mount.js';
import type { Flag } from './model.js';
import { healthCheck, type Command } from './split.js';

type Kind = 'text' | 'list' | 'switch';

const known: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  ADD: {
    ...{ chown: 'text', chmod: 'text', checksum: 'text', exclude: 'list' },
    ...{ link: 'switch', 'keep-git-dir': 'switch', unpack: 'switch' },
  },
  COPY: { chown: 'text', chmod: 'text', from: 'text', exclude: 'list', link: 'switch', parents: 'switch' },
  FROM: { platform: 'text' },
  HEALTHCHECK: { interval: 'text', timeout: 'text', 'start-period': 'text', 'start-interval': 'text', retries: 'text' },
  RUN: { mount: 'list', device: 'list', network: 'text', security: 'text' },
};

/** Instructions whose flags the engine does not look at. */
const unchecked = new Set(['ARG', 'STOPSIGNAL']);

/** The first flag that is refused. */
export function checkFlags(command: Command): Fault | undefined {
  if (unchecked.has(command.keyword)) return undefined;
  if (command.keyword === 'HEALTHCHECK' && healthCheck(command.args).type !== 'CMD') return undefined;
  const seen = new Set<string>();
  for (const flag of command.flags) {
    const fault = checkFlag(command.keyword, flag, seen);
    if (fault !== undefined) return fault;
    seen.add(flag.name);
  }
  return undefined;
}

function checkFlag(keyword: string, flag: Flag, seen: ReadonlySet<string>): Fault | undefined {
  const flags = known[keyword] ?? {};
  const kind = Object.hasOwn(flags, flag.name) ? flags[flag.name] : undefined;
  if (kind === undefined) return unknownFlag(keyword, flag, Object.keys(flags));
  if (kind !== 'list' && seen.has(flag.name)) {
    return { code: 'duplicate-flag', message: `--${flag.name} is given twice.`, hint: '' };
  }
  if (kind === 'switch') return checkSwitch(flag);
  return checkValue(keyword, flag);
}

function unknownFlag(keyword: string, flag: Flag, names: readonly string[]): Fault | undefined {
  const meant = nearest(flag.name, names);
  if (meant === undefined && names.length > 0) return undefined;
  const hint = meant === undefined ? `${keyword} has no flags.` : `Did you mean --${meant}?`;
  return { code: 'unknown-flag', message: `${keyword} does not know --${flag.name}.`, hint };
}

function checkSwitch(flag: Flag): Fault | undefined {
  if (['', 'true', 'false'].includes(flag.value.toLowerCase())) return undefined;
  const message = `--${flag.name} is true or false, not "${flag.value}".`;
  return { code: 'flag-value', message, hint: '' };
}

function checkValue(keyword: string, flag: Flag): Fault | undefined {
  if (keyword !== 'RUN') return undefined;
  switch (flag.name) {
    case 'network':
      return oneOf(flag, ['default', 'none', 'host']);
    case 'security':
      return oneOf(flag, ['sandbox', 'insecure']);
    case 'mount':
      return checkMount(flag);
    default:
      return undefined;
  }
}

function oneOf(flag: Flag, values: readonly string[]): Fault | undefined {
  if (values.includes(flag.value)) return undefined;
  const meant = nearest(flag.value, values);
  const message = `--${flag.name} is ${values.join(', ')}; not "${flag.value}".`;
  return { code: 'flag-value', message, hint: meant === undefined ? '' : `Did you mean ${meant}?` };
}

function checkMount(flag: Flag): Fault | undefined {
  const fields = mountFields(flag.value);
  if (fields === undefined) {
    return { code: 'mount-syntax', message: '--mount takes key=value pairs, separated by commas.', hint: '' };
  }
  const variable = fields.find(({ key, value }) => key === 'from' && /\$./s.test(value ?? ''));
  if (variable === undefined) return undefined;
  const message = `from=${variable.value ?? ''}: a mount's source cannot hold a variable.`;
  return {
    code: 'mount-from-variable',
    message,
    hint: 'Give the image a name with FROM … AS name and mount from that.',
  };
}
