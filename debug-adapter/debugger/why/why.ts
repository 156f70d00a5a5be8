/** Why a step was not taken from the cache: what is different from the last build of the same Dockerfile. */
import { parseDockerfile } from '../../dockerfile/parse.js';
import type { Dockerfile, Instruction } from '../../dockerfile/model.js';
import { matchName } from '../../patterns/glob.js';
import type { StepFact } from '../api.js';
import { contextCopies, contextMounts } from '../sources/context-copies.js';
import { type Match, matchInstructions } from '../program/match.js';
import { oneLine, shorten } from '../common/one-line.js';
import type { Program, Step } from '../program/program.js';
import { type BuildRecord, detailsOf, type RunRecord, type StepRecord } from './record.js';

export interface WhyInput {
  readonly program: Program;
  /** The last build before this one. */
  readonly before: BuildRecord;
  readonly status: (instruction: Instruction) => StepFact['status'];
  /** Files of the build context that the engine asked for: it had no copy of them, or an older one. */
  readonly sent: { readonly paths: readonly string[]; readonly count: number; readonly listed: number } | undefined;
  /** The build was asked not to take it from the cache. */
  readonly refusesCache: (instruction: Instruction) => boolean;
}

/** So many names are told. */
const NAMED = 4;

/** In sentences. `instruction` is of this build and has run, or is about to. */
export function whyItRuns(input: WhyInput, instruction: Instruction): string {
  const step = input.program.steps.get(instruction.index);
  if (step === undefined) return `${nameOf(instruction)} is not part of this build.`;
  if (step.vertices.length === 0)
    return `${nameOf(instruction)} runs nothing: it is kept in the image, or holds for what follows.`;
  if (input.status(instruction) === 'cached') return `${nameOf(instruction)} did not run: its result was in the cache.`;
  const first = firstOf(input, step);
  const own = ownReason(input, first);
  return first === step
    ? own
    : `${nameOf(instruction)} runs because what it builds on did, from ${nameOf(first.instruction)} on. ${own}`;
}

/** So many chains of steps are told of at the end of a build. */
const CHAINS = 3;

/** Why what has run did: for each chain of steps that were not taken from the cache, where it began. */
export function whyAnyRan(input: WhyInput): readonly string[] {
  const ran = [...input.program.steps.values()].filter(
    ({ instruction, vertices }) =>
      vertices.length > 0 && instruction.keyword !== 'FROM' && /^(?:done|failed)$/.test(input.status(instruction)),
  );
  const first = ran.filter((step) => firstOf(input, step) === step);
  const told = first.slice(0, CHAINS).map((step) => ownReason(input, step));
  const more = first.length - CHAINS;
  const others = more === 1 ? 'One more step was' : `${more} more steps were`;
  return more > 0 ? [...told, `${others} not in the cache either: :why LINE tells why.`] : told;
}

/** Where the chain of steps begins that were not taken from the cache, each because of the one before. */
function firstOf(input: WhyInput, step: Step): Step {
  for (let at = step; ; ) {
    const above = firstAbove(input, at);
    if (above === undefined) return at;
    at = above;
  }
}

function ownReason(input: WhyInput, step: Step): string {
  const { program, before } = input;
  const { instruction } = step;
  if (input.refusesCache(instruction))
    return `${nameOf(instruction)} runs because the build was asked not to take it from the cache.`;
  const old = parseDockerfile(before.text);
  const { same, edited } = matchInstructions(old, program.dockerfile);
  const [from, isEdited] = indexBefore(instruction, same, edited);
  const was = from === undefined ? undefined : old.instructions[from];
  if (was === undefined) return `${nameOf(instruction)} is new since the last build.`;
  if (isEdited)
    return `${nameOf(instruction)} was edited since the last build: it was "${shorten(oneLine(was.text))}".`;
  const record = before.platforms[program.platform]?.[String(from)];
  if (record === undefined) return `The last build did not need ${nameOf(instruction)} for ${program.platform}.`;
  const reasons = [
    ...imageReasons(record, detailsOf(program, step)),
    ...runReasons(record.run, detailsOf(program, step).run),
    ...contextReasons(input, step),
    ...placeReasons(input, { old, was, same, edited }, step),
  ];
  if (reasons.length > 0) return `${nameOf(instruction)} runs because ${reasons.join('; and ')}.`;
  if (!record.had) return `${nameOf(instruction)} runs because the last build left no result of it.`;
  const gone = contextSources(program, step).length === 0 ? '' : ', a file that it takes was removed';
  return `Nothing that ${nameOf(instruction)} says has changed since the last build: the engine does not have its result any more (its cache was pruned)${gone}, or something that it takes from elsewhere is different.`;
}

interface Matched extends Match {
  readonly old: Dockerfile;
  readonly was: Instruction;
}

/** What stood above it before, and does not any more, or the other way round. */
function placeReasons(
  { program, before }: WhyInput,
  { old, was, same, edited }: Matched,
  step: Step,
): readonly string[] {
  const records = before.platforms[program.platform] ?? {};
  const last = old.instructions.findLast(
    ({ index, stage }) => stage === was.stage && index < was.index && records[String(index)] !== undefined,
  );
  const { stage, index: here } = step.instruction;
  const now = program.dockerfile.instructions.findLast(
    (each) => each.stage === stage && each.index < here && (program.steps.get(each.index)?.vertices.length ?? 0) > 0,
  );
  const place = last === undefined ? undefined : (same.get(last.index) ?? edited.get(last.index));
  if (place === now?.index) return [];
  const [then, next] = [last && shorten(oneLine(last.text)), now && nameOf(now)];
  return [
    `it comes after ${next ?? 'nothing'} now, and came after ${then === undefined ? 'nothing' : `"${then}"`} before`,
  ];
}

/** The nearest step below it in the graph that was not taken from the cache either. */
function firstAbove({ program, status, refusesCache }: WhyInput, step: Step): Step | undefined {
  const own = new Set(step.vertices.map(({ digest }) => digest));
  const inputs = step.vertices
    .flatMap(({ inputs: all }) => all.map(({ digest }) => digest))
    .filter((digest) => !own.has(digest));
  const owners = inputs.flatMap((digest) => program.owners.get(digest) ?? []);
  const ran = owners.filter(
    (owner) =>
      owner !== step &&
      owner.instruction.keyword !== 'FROM' &&
      /^(?:done|failed|running)$/.test(status(owner.instruction)),
  );
  return refusesCache(step.instruction) ? undefined : ran.sort((a, b) => b.instruction.index - a.instruction.index)[0];
}

function indexBefore(
  { index }: Instruction,
  same: ReadonlyMap<number, number>,
  edited: ReadonlyMap<number, number>,
): readonly [number | undefined, boolean] {
  const find = (map: ReadonlyMap<number, number>): number | undefined => [...map].find(([, now]) => now === index)?.[0];
  const unchanged = find(same);
  return unchanged === undefined ? [find(edited), true] : [unchanged, false];
}

function imageReasons(before: StepRecord, { images }: Pick<StepRecord, 'images'>): readonly string[] {
  if (before.images.join() === images.join()) return [];
  return images
    .filter((image) => !before.images.includes(image))
    .map((image) => {
      const [name = image, digest = ''] = image.split('@');
      const old = before.images.find((each) => each.startsWith(`${name}@`))?.split('@')[1];
      return old === undefined
        ? `it takes the image ${name} now`
        : `the image ${name} is another one (${brief(old)} before, ${brief(digest)} now)`;
    });
}

function runReasons(before: RunRecord | undefined, now: RunRecord | undefined): readonly string[] {
  if (before === undefined || now === undefined) return [];
  const names = [...new Set([...Object.keys(before.env), ...Object.keys(now.env)])].filter(
    (name) => before.env[name] !== now.env[name],
  );
  const set = (name: string): string =>
    before.env[name] === undefined
      ? `${name} is set now`
      : now.env[name] === undefined
        ? `${name} is not set any more`
        : `${name} has another value`;
  const told = names.slice(0, NAMED).map(set);
  return [
    ...(names.length > NAMED ? [...told, `${names.length - NAMED} more variables are different`] : told),
    ...(before.user === now.user ? [] : [`its user is ${now.user || 'root'}, and was ${before.user || 'root'}`]),
    ...(before.cwd === now.cwd ? [] : [`its directory is ${now.cwd}, and was ${before.cwd}`]),
    ...(before.network === now.network ? [] : ['its network is another one']),
    ...(before.mounts.join('\n') === now.mounts.join('\n') ? [] : ['its mounts are different']),
    ...(names.length === 0 && before.command !== now.command
      ? ['its command line is different: SHELL, or a variable in it']
      : []),
  ];
}

/** Files of the context that it takes and that the engine did not have as they are now. */
function contextReasons({ program, sent }: WhyInput, step: Step): readonly string[] {
  if (sent === undefined || sent.paths.length === 0) return [];
  const sources = contextSources(program, step);
  const taken = sent.paths.filter((path) => sources.some((from) => takes(from, path)));
  if (taken.length === 0) return [];
  if (sent.count >= sent.listed && sent.listed > 1)
    return ['the engine had no copy of the build context, so it may be that its files have changed'];
  const names = taken.slice(0, NAMED).join(', ');
  const more = taken.length - NAMED;
  const others = more > 0 ? ` and ${more} more ${more === 1 ? 'file' : 'files'}` : '';
  return [
    `the build context has changed: ${names}${others} ${taken.length === 1 ? 'is' : 'are'} new or saved since the engine saw ${taken.length === 1 ? 'it' : 'them'} last`,
  ];
}

/** What it takes of the build context. */
function contextSources(program: Program, step: Step): readonly string[] {
  const own = contextCopies(program, step.stage).filter(({ instruction }) => instruction === step.instruction);
  return [...own, ...contextMounts(program, step)].map(({ from }) => from);
}

function takes(from: string, path: string): boolean {
  if (from === '' || path === from || path.startsWith(`${from}/`)) return true;
  if (!/[*?[]/.test(from)) return false;
  const depth = from.split('/').length;
  try {
    return matchName(from, path.split('/').slice(0, depth).join('/'));
  } catch {
    return false;
  }
}

function brief(digest: string): string {
  return digest.slice(0, 'sha256:'.length + 12);
}

function nameOf({ keyword, startLine }: Instruction): string {
  return `${keyword} (line ${startLine})`;
}
