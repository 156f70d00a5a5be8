/**
 * An adapter in the process of its client, for the terminal and for coding agents: a second Node would double the time of a
 * short build. The two still know nothing of each other but the protocol, which goes over streams in memory.
 */
import { PassThrough } from 'node:stream';
import type { Peer } from './cli/adapter.js';
import { serve } from './serving.js';

/** The adapter that was started last, told of bugs that no request waits for. */
let current: { crash(error: unknown): void } | undefined;

/** Starts one for one session. */
export function openAdapter(): Peer {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let end: (text: string) => void = () => undefined;
  const ended = new Promise<string>((resolve) => (end = resolve));
  const session = serve({ input, output }, () => end(''));
  const crash = (error: unknown): void => {
    session.report(error);
    session.end(1);
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    void session.release().finally(() => end(`The debug adapter broke.\n${text}\n`));
  };
  current = { crash };
  return { input, output, ended, abandon: end };
}

/** Nothing goes on in an unknown state: the session ends with words. Before the first one it is thrown, and the process ends. */
export function crash(error: unknown): void {
  if (current === undefined) throw error;
  current.crash(error);
}
