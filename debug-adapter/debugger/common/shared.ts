/** Something that is made once, however many wait for it; it may be given up, and made again. */
export interface Shared<T> {
  /** What is there, or being made. */
  readonly current: Promise<T> | undefined;
  /**
   * It is made with the signal of whoever asks first. If that one changes its mind while others wait, they are not
   * cancelled with it: one of them has it made again. What fails is forgotten.
   */
  get(make: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T>;
  /** The next one who asks has it made again. */
  forget(): void;
}

/** Nothing is made yet. */
export function createShared<T>(): Shared<T> {
  let [current, maker]: [Promise<T> | undefined, AbortSignal | undefined] = [undefined, undefined];
  const begin = (make: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> => {
    const made = make(signal);
    [current, maker] = [made, signal];
    made.catch(() => {
      if (current === made) current = undefined;
    });
    return made;
  };
  const get: Shared<T>['get'] = async (make, signal) => {
    if (current === undefined) return begin(make, signal);
    const first = maker;
    try {
      return await current;
    } catch (error) {
      if (first?.aborted !== true || signal.aborted) throw error;
      return get(make, signal);
    }
  };
  return {
    get current() {
      return current;
    },
    get,
    forget: () => (current = undefined),
  };
}
