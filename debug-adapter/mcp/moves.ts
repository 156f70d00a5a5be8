/** What moves the build: requests of the protocol, and commands of the adapter's console. */
import type { Build } from './build.js';
import type { Place } from './place.js';
import { textOf } from '../cli/fields.js';

/** A request that moves the thread; `stepping` when it is to stand again soon. */
export async function resume(build: Build, place: Place, request: string, stepping: boolean): Promise<void> {
  build.turns.move(place.id, stepping);
  await moved(build.machine.resume(place.id, stepping), () =>
    build.adapter.request(request, { threadId: place.id, frameId: place.frame.id }),
  );
}

/** A command of the console after which the build goes on, in another build if that is for `all` threads. Gives its words. */
export async function tell(build: Build, place: Place, expression: string, all: boolean): Promise<string> {
  build.turns.move(place.id, true);
  const body = await moved(build.machine.rebuild(place.id, all), () =>
    build.adapter.request('evaluate', { expression, context: 'repl', frameId: place.frame.id }),
  );
  return textOf(body['result']);
}

/** Builds again with the files as they are now. */
export async function restart(
  build: Build,
  threadId: number,
  buildArgs?: Readonly<Record<string, string>>,
): Promise<void> {
  build.turns.move(threadId, false);
  await moved(build.machine.rebuild(threadId, true), () =>
    buildArgs === undefined
      ? build.adapter.request('restart', {})
      : build.adapter.request('dockerfile/restartWith', { buildArgs }),
  );
}

/** Where it is refused, what stood still stands. */
async function moved<Result>(undo: () => void, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    undo();
    throw error;
  }
}
