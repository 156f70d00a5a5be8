import type { DebuggerEvents } from '../debugger/api.js';
import type { Session } from './session.js';

/** Progress of long work, for clients that show it. */
export class ProgressBook {
  readonly #session: Session;
  readonly #open = new Set<string>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** Passes on what the debugger says. */
  tell({ id, status, title, message, percent }: DebuggerEvents['progress']): void {
    if (!this.#session.client.showsProgress) return;
    const percentage = percent !== undefined && { percentage: percent };
    if (status === 'start' && !this.#open.has(id)) {
      this.#open.add(id);
      this.#session.event('progressStart', { progressId: id, title, message, cancellable: true, ...percentage });
    } else if (status === 'update' && this.#open.has(id)) {
      this.#session.event('progressUpdate', { progressId: id, message, ...percentage });
    } else if (status === 'end' && this.#open.delete(id)) {
      this.#session.event('progressEnd', { progressId: id, ...(message !== '' && { message }) });
    }
  }

  /** Nothing goes on any more. */
  endAll(): void {
    for (const id of this.#open) this.#session.event('progressEnd', { progressId: id });
    this.#open.clear();
  }
}
