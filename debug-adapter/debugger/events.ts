/** Typed events with disposable subscriptions. */

export interface Emitter<Events> {
  readonly on: <K extends keyof Events>(event: K, listener: (body: Events[K]) => void) => Disposable;
  readonly emit: <K extends keyof Events>(event: K, body: Events[K]) => void;
}

/** Listeners are called in the order in which they came, at once. */
export function createEmitter<Events>(): Emitter<Events> {
  const listeners: { [K in keyof Events]?: Set<(body: Events[K]) => void> } = {};
  return {
    on(event, listener) {
      const known = listeners[event] ?? new Set();
      listeners[event] = known.add(listener);
      return { [Symbol.dispose]: () => void known.delete(listener) };
    },
    emit(event, body) {
      for (const listener of listeners[event] ?? []) listener(body);
    },
  };
}
