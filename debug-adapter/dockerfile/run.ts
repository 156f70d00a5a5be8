/** What the process of a RUN gets: the engine's `ExecOp.meta`. */
import { expand } from './expand.js';
import { parseHeredoc } from './heredoc.js';
import { mountFields } from './mount.js';
import type { Config, Instruction } from './model.js';

/** The command line of a RUN at a point of its stage. */
export function runArgs(instruction: Instruction, config: Config): readonly string[] {
  if (instruction.json !== undefined) return instruction.json;
  const [first] = instruction.heredocs;
  if (first === undefined) return [...config.shell, instruction.args];
  if (parseHeredoc(instruction.args) === undefined) {
    // The shell reads its here-documents itself, as they are written.
    const bodies = instruction.heredocs.map(({ raw, name }) => raw + name);
    return [...config.shell, [instruction.args, ...bodies].join('\n')];
  }
  const isScript = config.os !== 'windows' && first.content.startsWith('#!');
  return [...config.shell, isScript ? `/dev/pipes/${first.name}` : first.content];
}

/**
 * The environment of a RUN, as `NAME=value`. With the instruction given, `--mount=type=ssh` counts; without it the
 * answer is what any process at this point would get.
 */
export function runEnvironment(config: Config, instruction?: Instruction): readonly string[] {
  const list = [...config.environment].map(([name, { value }]) => `${name}=${value}`);
  if (instruction === undefined || config.environment.has('SSH_AUTH_SOCK')) return list;
  const socket = sshSocket(instruction, config);
  return socket === undefined ? list : [...list, `SSH_AUTH_SOCK=${socket}`];
}

/** Where the first ssh mount puts its socket. */
function sshSocket(instruction: Instruction, config: Config): string | undefined {
  const value = (text: string | undefined): string => {
    const expanded = expand(text ?? '', (name) => config.environment.get(name)?.value, { escape: '\\' });
    return expanded.ok ? expanded.value : (text ?? '');
  };
  for (const flag of instruction.flags) {
    if (flag.name !== 'mount') continue;
    const fields = mountFields(flag.value) ?? [];
    const type = value(fields.findLast(({ key }) => key === 'type')?.value);
    if (type.toLowerCase() !== 'ssh') continue;
    const target = value(fields.findLast(({ key }) => ['target', 'dst', 'destination'].includes(key))?.value);
    return target || '/run/buildkit/ssh_agent.0';
  }
  return undefined;
}

/** Whether a RUN is likely a script of several commands, and not one: told without parsing the script. */
export function hasCommands({ keyword, json, args, heredocs }: Instruction): boolean {
  return keyword === 'RUN' && json === undefined && (heredocs.length > 0 || /&&|\|\||;|\n/.test(args));
}
