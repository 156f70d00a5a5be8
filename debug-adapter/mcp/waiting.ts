/** How long a call may take. */
import * as z from 'zod/v4';
import type { Build } from './build.js';
import type { Patience } from './patience.js';
import { reportOf } from './report.js';
import type { Answer, Call } from './tool.js';

/** Below the 60 seconds after which many clients give a call up. */
const usual = 45;

export const timeoutInput = z
  .number()
  .min(0)
  .max(3600)
  .optional()
  .describe(
    `Seconds after which the call answers "still running" while the work goes on; build_status waits for it further. Default: ${usual}.`,
  );

/** Patience of a call. */
export function patienceOf({ signal, progress }: Call, timeoutSeconds: number = usual): Patience {
  return { milliseconds: timeoutSeconds * 1000, signal, progress };
}

/** Waits for the next stop or the end, and tells where the build stands then; `fresh` as in `Build.settle`. */
export async function waitFor(
  build: Build,
  call: Call,
  timeoutSeconds: number | undefined,
  fresh = false,
): Promise<Answer> {
  return await reportOf(build, await build.settle(patienceOf(call, timeoutSeconds), fresh));
}
