import type { StepConfig, StepFacts } from '../../debugger/api.js';
import type { Instruction } from '../../dockerfile/model.js';
import { originOf, originWords } from './origins.js';
import { property, type Value } from './value.js';

function seconds(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

function words(command: readonly string[] | undefined): string {
  return command === undefined ? '(none)' : JSON.stringify(command);
}

/** Members that say which line set it. */
function setOn(line: number | undefined): Pick<Value, 'type' | 'line'> {
  return line === undefined ? {} : { type: `set on line ${line}`, line };
}

function userAndWorkdir({ user, workdir, origins, changed }: StepConfig): readonly Value[] {
  const origin = (name: 'user' | 'workdir'): Pick<Value, 'type' | 'line'> =>
    changed.has(name) ? { type: originWords({ kind: 'override' }) } : setOn(origins.get(name));
  return [
    property('user', user === '' ? 'root' : user, origin('user')),
    property('workdir', workdir, origin('workdir')),
  ];
}

const statusWords: Readonly<Record<StepFacts['status'], string>> = {
  waiting: 'has not run yet',
  running: 'is running',
  cached: 'taken from the cache',
  done: 'has run',
  failed: 'failed',
  skipped: 'is not part of this build',
};

/** An instruction on one line, as far as it goes: keyword, flags, arguments. */
export function instructionLine({ keyword, flags, args }: Instruction): string {
  const words = flags.map(({ name, value }) => (value === '' ? `--${name}` : `--${name}=${value}`));
  return [keyword, ...words, args.replace(/\s+/g, ' ').trim()].join(' ');
}

/** The scope "Step". */
export function stepValues(instruction: Instruction, facts: StepFacts, config: StepConfig): readonly Value[] {
  return [
    property('instruction', instructionLine(instruction), { line: instruction.startLine }),
    property('stage', facts.stage),
    property('platform', facts.platform),
    property('status', statusWords[facts.status]),
    ...(facts.durationMs === undefined ? [] : [property('duration', seconds(facts.durationMs))]),
    ...userAndWorkdir(config),
    property('shell', words(config.shell), setOn(config.origins.get('shell'))),
    property('network', facts.network),
    property('security', facts.security),
  ];
}

function list(name: string, items: readonly string[]): Value {
  const value = items.length === 0 ? '(none)' : items.join(', ');
  if (items.length === 0) return property(name, value);
  return property(name, value, { children: () => items.map((item, index) => property(String(index), item)) });
}

/** The scope "Image config": what the image would be if the build ended here. */
export function imageValues(config: StepConfig): readonly Value[] {
  const { origins, labels } = config;
  const labelValues = [...labels].map(([name, label]) => property(name, label.value, originOf(label)));
  return [
    property('entrypoint', words(config.entrypoint), setOn(origins.get('entrypoint'))),
    property('cmd', words(config.cmd), setOn(origins.get('cmd'))),
    ...userAndWorkdir(config),
    list('exposed ports', config.exposed),
    list('volumes', config.volumes),
    property('stop signal', config.stopSignal ?? 'SIGTERM', setOn(origins.get('stopSignal'))),
    labelValues.length === 0
      ? property('labels', '(none)')
      : property('labels', `${labelValues.length}`, { children: () => labelValues }),
  ];
}
