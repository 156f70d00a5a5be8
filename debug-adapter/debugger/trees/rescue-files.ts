/** What the launch argument `rescue` asks for is copied out of a step when it fails. */
import { setMaxListeners } from 'node:events';
import { isAbsolute, relative, sep } from 'node:path';
import { compilePatterns, parseIgnoreFile } from '../../dockerfile/ignore.js';
import type { BuildSettings, Failure } from '../api.js';
import type { EngineError } from '../errors.js';
import { readIgnoreRules } from '../sources/ignore-file.js';
import type { Stand } from '../run/runner.js';
import { createStop } from '../stop/stop.js';
import type { ThreadInput } from '../run/thread-api.js';
import { rescue } from './rescue.js';

/** Nothing that goes wrong here changes what happens to the build: it is told. */
export async function rescueFiles(
  input: ThreadInput,
  { point, after }: Stand,
  { error, digest, failure: told }: { readonly error: EngineError; readonly digest: string; readonly failure: Failure },
  left: AbortSignal,
): Promise<void> {
  const { settings, program, board, events, id } = input;
  if (settings.rescue.length === 0) return;
  // Of no line: what belongs to a step is not shown while a terminal draws the progress.
  const say = (text: string): void => events.emit('output', { category: 'console', text: `${text}\n` });
  const failure = error.details.failure;
  // Only the states of a failure have what the command left.
  const reason = { kind: 'failed', failure: told } as const;
  await using live = createStop({
    ...input,
    ...{ thread: id, reason, point, after, inside: undefined, failure, failed: digest },
    stepFact: (instruction) => board.of(program, instruction),
    onState: () => undefined,
  });
  try {
    const [frame] = live.stop.frames;
    const hasFailed = frame?.trees.list().some(({ tree }) => tree === 'failed') === true;
    if (frame === undefined || !hasFailed)
      return say('Nothing can be rescued: this engine kept nothing of the failed step.');
    const signal = AbortSignal.any([left, AbortSignal.timeout(PATIENCE)]);
    setMaxListeners(0, signal);
    const { workdir } = await frame.config(signal);
    const request = { files: frame.trees.files('failed'), patterns: settings.rescue, workdir, to: settings.rescueTo };
    const { rescued, problems } = await rescue(request, signal);
    for (const { path, to } of rescued) say(`Rescued ${path}: ${relative(settings.cwd, to)}`);
    for (const problem of problems) say(`Not rescued: ${problem}`);
    if (rescued.length > 0) (await inContext(settings)).forEach(say);
    if (rescued.length === 0 && problems.length === 0)
      say(`Nothing to rescue: the step left no ${settings.rescue.join(', ')} (relative ones start at ${workdir}).`);
  } catch (problem) {
    if (left.aborted) return say('The build was left before everything was rescued.');
    say(`Not rescued: ${problem instanceof Error ? problem.message : String(problem)}`);
  }
}

/** Words where the next build would be sent what was rescued, and "COPY ." copy it. */
async function inContext(settings: BuildSettings): Promise<readonly string[]> {
  const { context, rescueTo } = settings;
  if (context.kind !== 'folder') return [];
  const inside = relative(context.path, rescueTo);
  if (inside === '' || inside.startsWith('..') || isAbsolute(inside)) return [];
  const rules = parseIgnoreFile((await readIgnoreRules(context.path, settings))?.text ?? '');
  const place = inside.split(sep).join('/');
  if (compilePatterns(rules).match(`${place}/x`).excluded) return [];
  return [
    `The next build is sent these files too, for ${rescueTo} is in its context: "${place}" in .dockerignore keeps them out.`,
  ];
}

/** Longest that it may take, in milliseconds. */
const PATIENCE = 60_000;
