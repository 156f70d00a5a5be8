import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';

const length = 16;

/**
 * 128 random bits in hex, that nobody can guess: who knows the id of a session may ask for its secrets. Read from the
 * system, as Node's cryptography takes 3 ms to load; with it where there is no such file.
 */
export function randomId(): string {
  // On Windows anybody may make a folder of that name.
  const bytes = process.platform === 'win32' ? undefined : readRandom();
  return (bytes ?? randomBytes(length)).toString('hex');
}

function readRandom(): Buffer | undefined {
  try {
    const file = openSync('/dev/urandom', 'r');
    try {
      const bytes = Buffer.alloc(length);
      return readSync(file, bytes) === length ? bytes : undefined;
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}
