import { closeSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../debugger/errors.js';
import { makeFolders } from '../debugger/common/paths.js';
import { isRecord } from './wire/records.js';

/**
 * The file of the launch argument `trace`: a line of JSON for each message between editor and adapter, each call of the
 * engine and each call that the engine makes. Kinds, numbers, durations, sizes and errors; no content, so no secrets.
 * Written at once, so that a crash loses nothing.
 */
export class TraceLog {
  #path = '';
  #file: number | undefined;

  /**
   * Begins a file, or goes on with it when it is the same.
   *
   * @throws UserError `trace-not-written`
   */
  open(path: string): void {
    if (path === this.#path) return;
    this.close();
    try {
      makeFolders(dirname(path));
      this.#file = openSync(path, 'w', 0o600);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new UserError('trace-not-written', `The file of "trace" cannot be written: ${why}`, 'Name another file.');
    }
    this.#path = path;
    this.write({ at: 'start', time: new Date().toISOString(), node: process.version, system: process.platform });
  }

  /** Arrow function, to be handed on. */
  readonly write = (entry: object): void => {
    if (this.#file === undefined) return;
    try {
      writeSync(this.#file, `${JSON.stringify({ ms: Math.round(process.uptime() * 10_000) / 10, ...entry })}\n`);
    } catch {
      // A full disk ends the log, not the debug session.
      this.close();
    }
  };

  /** A message of the Debug Adapter Protocol. */
  message(from: 'editor' | 'adapter', message: unknown): void {
    if (this.#file === undefined || !isRecord(message)) return;
    const { type, command, event, seq, request_seq: answers, success, message: error, body } = message;
    const output = isRecord(body) ? body['output'] : undefined;
    const characters = typeof output === 'string' ? output.length : undefined;
    this.write({ at: from, type, seq, command, event, answers, success, error, characters });
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    this.#path = '';
  }
}
