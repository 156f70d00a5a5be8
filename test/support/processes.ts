/** Processes of this machine; those in containers of a local engine are among them. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';

/** How many have the word in their command line. */
export function processesWith(word: string): number {
  const lines = readdirSync('/proc').flatMap((name) => {
    try {
      return /^\d+$/.test(name) ? [readFileSync(`/proc/${name}/cmdline`, 'utf8')] : [];
    } catch {
      return [];
    }
  });
  return lines.filter((line) => line.includes(word)).length;
}

/** Looks again until it holds; an engine needs a moment to end a container. */
export async function within(ms: number, what: string, holds: () => boolean): Promise<void> {
  const end = Date.now() + ms;
  while (!holds()) {
    if (Date.now() > end) assert.fail(`${what}: not within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A word that no other process has. */
export function mark(): string {
  return String(100_000 + Math.floor(Math.random() * 900_000));
}
