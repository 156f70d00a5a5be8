/** The containers of a stop, made when first wanted, each for one frame and state. */
import { createBench, type Bench } from './bench.js';
import type { CacheLocks, LockHolder } from './cache-locks.js';
import type { Workshop } from './opening.js';
import type { Scene } from './scene.js';
import { createShared, type Shared } from '../common/shared.js';
import type { Shells } from './shells.js';

export interface Benches extends AsyncDisposable {
  readonly workshop: Workshop;
  at(key: string, scene: (signal: AbortSignal) => Promise<Scene>, signal: AbortSignal): Promise<Bench>;
  /** The container that is there already. */
  made(key: string): Promise<Bench | undefined>;
  /** The next use gets a fresh one; shells in the old one end. */
  reset(key: string): Promise<void>;
}

export interface BenchesInput {
  readonly workshop: Workshop;
  readonly locks: CacheLocks;
  readonly shells: Shells;
  /** What a user has to know about a container that was just made. */
  readonly onNote: (note: string) => void;
}

/** Asks the engine for nothing yet. */
export function createBenches(input: BenchesInput): Benches {
  const made = new Map<string, Shared<Bench>>();
  const give = async (bench: Shared<Bench> | undefined): Promise<void> => {
    await (await bench?.current?.catch(() => undefined))?.[Symbol.asyncDispose]();
  };
  const reset = async (key: string): Promise<void> => {
    const bench = made.get(key);
    made.delete(key);
    await give(bench);
  };
  return {
    workshop: input.workshop,
    at(key, scene, signal) {
      const bench = made.get(key) ?? createShared<Bench>();
      made.set(key, bench);
      return bench.get(async (own) => makeBench(input, await scene(own), () => reset(key)), signal);
    },
    made: async (key) => made.get(key)?.current?.catch(() => undefined),
    reset,
    async [Symbol.asyncDispose]() {
      const all = [...made.values()];
      made.clear();
      await Promise.all(all.map(give));
    },
  };
}

async function makeBench(
  { workshop, locks, shells, onNote }: BenchesInput,
  scene: Scene,
  release: () => Promise<void>,
): Promise<Bench> {
  const bench: Bench = createBench(workshop, scene, {
    tell: onNote,
    onEnd() {
      shells.endIn(bench, 'The container of this shell is gone: the build went on, or :reset replaced it.');
      locks.free(holder);
    },
  });
  const holder: LockHolder = {
    label: 'a shell or command at a stop',
    get busy() {
      return bench.busy > 0;
    },
    release,
  };
  await locks.claim(bench.scene.lockedCaches, holder);
  return bench;
}
