/** Two ways to one answer: the second is begun when the first takes long. */

/** Milliseconds that nobody notices; most folders have answered by then. */
const UNNOTICED = 50;

/**
 * The answer of whichever way is there first. The other way may fail, or answer undefined: then the usual one decides, and
 * its failure is that of both.
 *
 * @param other begun only when the usual way has not answered after a moment; the signal tells it to stop
 */
export async function sooner<T>(
  usual: Promise<T>,
  other: (signal: AbortSignal) => Promise<T | undefined>,
  signal: AbortSignal,
): Promise<T> {
  const isOver = new AbortController();
  const late = Symbol();
  let timer: NodeJS.Timeout | undefined;
  const moment = new Promise<typeof late>((resolve) => {
    timer = setTimeout(() => resolve(late), UNNOTICED);
  });
  try {
    const first = await Promise.race([usual, moment]);
    if (first !== late) return first;
    const stop = AbortSignal.any([signal, isOver.signal]);
    const second = other(stop).then(
      (answer) => answer ?? usual,
      () => usual,
    );
    return await Promise.race([usual, second]);
  } finally {
    clearTimeout(timer);
    isOver.abort();
  }
}
