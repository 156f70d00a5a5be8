/** Which thread and which frame of its stack a call is about. */
import * as z from 'zod/v4';
import { listOf, numberOf, textOf } from '../cli/fields.js';
import { type Frame, readStack } from '../cli/stack.js';
import type { Build } from './build.js';
import { doing } from './doing.js';
import { ToolError } from './tool-error.js';

/** One platform of the build. */
export interface Thread {
  readonly id: number;
  readonly platform: string;
}

/** A thread that stands, and its stack. */
export interface Place extends Thread {
  /** Innermost first. */
  readonly frames: readonly Frame[];
  readonly frame: Frame;
}

/** Arguments of tools that look at a stop. */
export const placeInput = {
  platform: z
    .string()
    .optional()
    .describe(
      'Only for builds for several platforms: which one, e.g. "linux/arm64". Default: the one that stopped last.',
    ),
  frame: z
    .int()
    .min(0)
    .optional()
    .describe('Number of a frame of the stack that the stop lists. Default: 0, where it stopped.'),
};

interface Wanted {
  readonly platform?: string | undefined;
  readonly frame?: number | undefined;
}

/** The place that is meant; throws words where nothing stands. */
export async function placeOf(build: Build, { platform, frame = 0 }: Wanted): Promise<Place> {
  const thread = await threadOf(build, platform);
  const frames = build.machine.stands(thread.id) ? await readStack(build.adapter, build.machine, thread.id) : undefined;
  if (frames === undefined) throw new ToolError(`${thread.platform} does not stand: ${whyNot(build)}`);
  const found = frames[frame];
  if (found !== undefined) return { ...thread, frames, frame: found };
  throw new ToolError(`There is no frame ${frame}: the stack has ${frames.length}, from 0 on.`);
}

/** The threads of a build. */
export async function threadsOf({ adapter }: Build): Promise<readonly Thread[]> {
  const { threads } = await adapter.request('threads');
  return listOf(threads).map(({ id, name }) => ({ id: numberOf(id) ?? 0, platform: textOf(name) }));
}

/** The thread that is meant, whether it stands or not; without a name the one that stands, if one does. */
async function threadOf(build: Build, platform: string | undefined): Promise<Thread> {
  requireLife(build);
  const threads = await threadsOf(build);
  const own = threads.find(({ id }) => id === build.turns.own);
  const usual = [own, ...threads].find((each) => each !== undefined && build.machine.stands(each.id));
  const found = platform === undefined ? usual : threads.find((each) => isNamed(each, platform));
  if (found !== undefined) return found;
  if (platform === undefined) throw new ToolError(`Nothing stands: ${whyNot(build)}`);
  const names = threads.map((each) => each.platform).join(', ');
  throw new ToolError(`The build is not for the platform "${platform}". It is for: ${names}.`);
}

function isNamed({ id, platform }: Thread, word: string): boolean {
  return platform === word || platform.endsWith(`/${word}`) || String(id) === word;
}

/** Throws words when the build is over. */
export function requireLife(build: Build): void {
  if (build.refusal !== undefined)
    throw new ToolError(`The build did not begin: ${build.refusal.message}\n${startAgain}`);
  if (build.over)
    throw new ToolError(`The build is over, and nothing of it can be looked at but its log. ${startAgain}`);
}

const startAgain =
  'go with action "restart" starts it again with the files as they are now; build_start starts another one.';

function whyNot(build: Build): string {
  return `${doing(build)}\nCall build_status with waitSeconds to wait for the next stop, or go with action "pause".`;
}
