/** One stage from its base to its last line. */
import { applyInstruction } from './apply.js';
import type { Globals } from './global-scope.js';
import type { Link } from './links.js';
import type {
  Config,
  EvaluationInput,
  ImageConfig,
  Instruction,
  Line1,
  Problem,
  Stage,
  Trigger,
  Variable,
} from './model.js';
import { parseDockerfile } from './parse.js';
import { nextWorkdir } from './paths.js';
import { Scope } from './scope.js';

/** A stage, walked. `before` and `after` are by position in the stage. */
export interface Walk {
  readonly scope: Scope;
  readonly before: readonly Config[];
  readonly after: readonly Config[];
  readonly triggers: readonly Trigger[];
  readonly problems: readonly Problem[];
}

/** What a walk starts from: the walk of the stage below, or the image's config. */
export type Base =
  | { readonly kind: 'stage'; readonly walk: Walk; readonly stage: Stage }
  | { readonly kind: 'image'; readonly config: ImageConfig | undefined };

/** Walks a stage. */
export function walkStage(stage: Stage, base: Base, link: Link, globals: Globals, input: EvaluationInput): Walk {
  if (link.replaced) return standIn(stage, base, link, globals);
  const scope = scopeOn(base, link.os);
  const problems = [...link.problems];
  const known = globals.scope.maps.environment.now();
  const { escape } = input.dockerfile;
  const step = { scope, input, globals: known, problems };
  const triggers: Trigger[] = [];
  for (const { instruction, line } of triggersOf(stage, base, problems)) {
    const before = scope.snapshot();
    applyInstruction({ ...step, instruction, line, fromImage: base.kind === 'image', escape: '\\' });
    triggers.push({ instruction, before, after: scope.snapshot() });
  }
  const before: Config[] = [];
  const after: Config[] = [];
  for (const instruction of stage.instructions) {
    const isFrom = instruction === stage.instructions[0];
    before.push(isFrom ? globals.scope.snapshot() : scope.snapshot());
    if (!isFrom) applyInstruction({ ...step, instruction, line: instruction.startLine, fromImage: false, escape });
    after.push(scope.snapshot());
  }
  return { scope, before, after, triggers, problems };
}

/** A stage that a named context replaces: nothing of it runs. */
function standIn(stage: Stage, base: Base, link: Link, globals: Globals): Walk {
  const scope = imageScope(base.kind === 'image' ? base.config : undefined, link.os);
  const after = stage.instructions.map(() => scope.snapshot());
  return { scope, before: [globals.scope.snapshot(), ...after.slice(1)], after, triggers: [], problems: link.problems };
}

function scopeOn(base: Base, os: string): Scope {
  const scope = base.kind === 'stage' ? base.walk.scope.child() : imageScope(base.config, os);
  if (!scope.maps.env.has('PATH') && os !== 'windows') {
    scope.setEnv('PATH', { value: defaultPath, origin: { kind: 'predefined' } });
  }
  return scope;
}

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

function imageScope(config: ImageConfig | undefined, os: string): Scope {
  const scope = new Scope({
    user: config?.user ?? '',
    workdir: config === undefined || config.workdir === '' ? '/' : nextWorkdir(config.workdir, config.workdir, os),
    shell: config?.shell?.length === 0 ? undefined : config?.shell,
    os: config?.os || os,
    entrypoint: config?.entrypoint,
    cmd: config?.cmd,
    stopSignal: config?.stopSignal,
    origins: new Map(),
  });
  const fromImage = (value: string): Variable => ({ value, origin: { kind: 'base-image' } });
  for (const entry of config?.env ?? []) {
    const equals = entry.indexOf('=');
    scope.setEnv(equals < 0 ? entry : entry.slice(0, equals), fromImage(equals < 0 ? '' : entry.slice(equals + 1)));
  }
  for (const [name, value] of Object.entries(config?.labels ?? {})) scope.maps.labels.set(name, fromImage(value));
  for (const port of config?.exposed ?? []) scope.maps.exposed.set(port, true);
  for (const path of config?.volumes ?? []) scope.maps.volumes.set(path, true);
  return scope;
}

interface Pending {
  readonly instruction: Instruction;
  readonly line: Line1;
}

/** ONBUILD of the base, as instructions at the line of FROM. They pass on once: a stage's own are not those of its base. */
function triggersOf(stage: Stage, base: Base, problems: Problem[]): readonly Pending[] {
  const from = stage.instructions[0];
  if (from === undefined) return [];
  const sources =
    base.kind === 'image'
      ? (base.config?.onBuild ?? []).map((text) => ({ text, line: from.startLine }))
      : base.stage.instructions
          .filter(({ keyword }) => keyword === 'ONBUILD')
          .map((instruction) => ({ text: triggerText(instruction), line: instruction.startLine }));
  return sources.flatMap(({ text, line }) => {
    const trigger = parseDockerfile(text);
    const [instruction, ...more] = trigger.instructions;
    const { index, startLine, endLine } = from;
    const refused = trigger.problems.find(({ code }) => code !== 'before-from' && code !== 'no-stage');
    if (instruction === undefined || more.length > 0 || refused !== undefined) {
      const why = refused?.message ?? 'It is not one instruction.';
      problems.push({
        code: 'onbuild',
        line: startLine,
        endLine,
        message: `The base has ONBUILD ${text}: ${why}`,
        hint: '',
      });
    }
    if (instruction === undefined) return [];
    return [{ instruction: { ...instruction, index, stage: stage.index, startLine, endLine }, line }];
  });
}

/** The text that the engine stores in the image. */
function triggerText(instruction: Instruction): string {
  return [instruction.args, ...instruction.heredocs.map(({ raw, name }) => raw + name)].join('\n');
}
