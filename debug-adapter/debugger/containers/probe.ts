/**
 * A short command in a container of its own: a condition, a log message, anything that asks and changes nothing. What it
 * does to files and processes is gone with it, and the stop's own container is not touched.
 */
import { StringDecoder } from 'node:string_decoder';
import type { ProbeOptions, ProbeResult } from '../api.js';
import { createBench } from './bench.js';
import type { CacheLocks } from './cache-locks.js';
import { UserError } from '../errors.js';
import type { Workshop } from './opening.js';
import type { Scene } from './scene.js';

/** So many characters of the output are kept. */
const KEPT = 64 * 1024;
/** Longest that a command may take when the caller sets no limit, in milliseconds. */
const PATIENCE = 10_000;

export interface ProbeInput {
  readonly workshop: Workshop;
  readonly locks: CacheLocks;
  readonly scene: Scene;
}

/** Both streams in the order in which they came. An aborted signal rejects with its reason. */
export async function probe(
  { workshop, locks, scene }: ProbeInput,
  command: string,
  { env = {}, ...options }: ProbeOptions,
): Promise<ProbeResult> {
  const holder = { label: `the command ${command}`, busy: true, release: () => Promise.resolve() };
  await locks.claim(scene.lockedCaches, holder);
  try {
    return await limited(command, options, async (signal) => {
      await using bench = createBench(workshop, scene);
      const kept = keepText();
      const exitCode = await bench.run(command, { output: kept.sink, signal, remember: false, env });
      return { exitCode, output: kept.text() };
    });
  } finally {
    locks.free(holder);
  }
}

/** Runs a command for a breakpoint; rejects with words where it takes too long, and with the reason of an aborted signal. */
export async function limited(
  command: string,
  { limitMs = PATIENCE, signal }: Pick<ProbeOptions, 'limitMs' | 'signal'>,
  run: (signal: AbortSignal) => Promise<ProbeResult>,
): Promise<ProbeResult> {
  const limit = AbortSignal.timeout(limitMs);
  const either = AbortSignal.any([signal, limit]);
  try {
    const result = await run(either);
    either.throwIfAborted();
    return result;
  } catch (error) {
    if (!limit.aborted || signal.aborted) throw error;
    throw new UserError(
      'command-slow',
      `The command ${command} did not end within ${limitMs / 1000} seconds.`,
      'Let it do less: it runs in a fresh container each time.',
    );
  }
}

/**
 * The begin of an output, both streams.
 *
 * @param limit so many characters
 */
export function keepText(limit = KEPT): {
  readonly sink: (piece: { readonly data: Uint8Array }) => void;
  readonly text: () => string;
} {
  const decoder = new StringDecoder('utf8');
  let text = '';
  return {
    sink({ data }) {
      if (text.length < limit) text += decoder.write(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    },
    text: () => text.slice(0, limit),
  };
}
