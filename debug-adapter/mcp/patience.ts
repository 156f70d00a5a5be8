/** How long somebody waits, and what happens meanwhile. */
export interface Patience {
  readonly milliseconds: number;
  /** The client cancelled the call. */
  readonly signal: AbortSignal;
  /** Told every few seconds what goes on. */
  readonly progress: (message: string) => void;
}

/** What to do while somebody waits. */
export interface Meanwhile {
  /** What goes on. */
  readonly doing: () => string;
  /** The client cancelled the call; called at once. */
  readonly onAbort: () => void;
}

const tellEvery = 2000;

/** What `work` settles with, or undefined when patience ends before; its signal is aborted then. */
export async function waitWith<Result>(
  { milliseconds, signal, progress }: Patience,
  { doing, onAbort }: Meanwhile,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result | undefined> {
  const over = new AbortController();
  const ended = new Promise<undefined>((resolve) => {
    over.signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const abort = (): void => {
    onAbort();
    over.abort();
  };
  const ticking = setInterval(() => progress(doing()), tellEvery);
  const timeout = setTimeout(() => over.abort(), milliseconds);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([work(over.signal), ended]);
  } finally {
    clearInterval(ticking);
    clearTimeout(timeout);
    signal.removeEventListener('abort', abort);
    over.abort();
  }
}
