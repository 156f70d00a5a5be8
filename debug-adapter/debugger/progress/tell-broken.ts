import type { DebuggerEvents } from '../api.js';
import type { Emitter } from '../events.js';

/** Tells an error that belongs to no step. */
export function tellBroken(events: Emitter<DebuggerEvents>, error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  events.emit('output', { category: 'important', text: `The build ended: ${text}\n` });
}
