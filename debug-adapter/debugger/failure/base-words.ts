/** What the engine says about a FROM whose variables leave no name of an image, in words that name the variables. */
import type { Dockerfile, Instruction, Stage } from '../../dockerfile/model.js';
import { quotedWords, splitAssignment } from '../../dockerfile/words.js';
import type { BuildSettings } from '../api.js';
import type { ImageWords } from './image-words.js';

const noName = /base name \((.*)\) should not be blank|failed to parse stage name "(.*)": invalid reference format/;
/** Values of these are the engine's. */
const platform = /^(?:TARGET|BUILD)(?:PLATFORM|OS|OSVERSION|ARCH|VARIANT|STAGE)$/;

/** Undefined when it is about something else, or no variable is to blame. */
export function baseWords(
  message: string,
  dockerfile: Pick<Dockerfile, 'stages' | 'globalArgs' | 'escape'>,
  blamed: Instruction | undefined,
  { buildArgs }: Pick<BuildSettings, 'buildArgs'>,
): (ImageWords & { readonly from: Instruction | undefined }) | undefined {
  const found = noName.exec(message);
  if (found === null) return undefined;
  const [, written, read] = found;
  const isIt = ({ base, instructions: [from] }: Stage): boolean =>
    blamed === undefined ? base === written : from === blamed;
  const stage = dockerfile.stages.find(isIt) ?? onlyVariable(dockerfile.stages);
  if (stage === undefined) return undefined;
  const empty = [...stage.base.matchAll(/\$\{?(\w+)/g)]
    .map(([, name = '']) => name)
    .filter((name) => !platform.test(name) && (buildArgs[name] ?? defaultOf(name, dockerfile)?.value ?? '') === '');
  if (empty.length === 0) return undefined;
  const has = empty.length === 1 ? `${empty.join('')} has no value` : `${empty.join(' and ')} have no value`;
  const makes = written === undefined ? `: it reads "${read ?? ''}"` : '';
  const what = `FROM ${stage.base} names no image${makes}, for ${has}.`;
  const hint = empty.map((name) => adviceFor(name, dockerfile, buildArgs[name] === '')).join(' ');
  return { code: 'base-empty', what, hint, from: stage.instructions[0] };
}

/** Old engines do not say which FROM it is. */
function onlyVariable(stages: readonly Stage[]): Stage | undefined {
  const [first, second] = stages.filter(({ base }) => base.includes('$'));
  return second === undefined ? first : undefined;
}

/** @param given whether a build argument gives it nothing, in place of a default */
function adviceFor(name: string, dockerfile: Pick<Dockerfile, 'globalArgs' | 'escape'>, given: boolean): string {
  const declared = defaultOf(name, dockerfile);
  if (declared === undefined)
    return `Write ARG ${name}=… above the first FROM: what FROM uses has to be declared there.`;
  if (given && declared.value !== '')
    return `The build argument ${name} is given without a value: leave it out to have "${declared.value}" of line ${declared.line}.`;
  return `Give ${name} one: --build-arg ${name}=…, in launch.json "buildArgs": { "${name}": "…" }; or a default on line ${declared.line}: ARG ${name}=….`;
}

/** The last ARG of that name before the first FROM. */
function defaultOf(
  wanted: string,
  { globalArgs, escape }: Pick<Dockerfile, 'globalArgs' | 'escape'>,
): { readonly line: number; readonly value: string } | undefined {
  for (const { keyword, args, startLine } of [...globalArgs].reverse()) {
    if (keyword !== 'ARG') continue;
    for (const word of quotedWords(args, escape)) {
      const { name, value = '' } = splitAssignment(word);
      if (name === wanted) return { line: Number(startLine), value: value.replace(/^(["'])\1$/, '') };
    }
  }
  return undefined;
}
