/** Milliseconds of a clock that never goes back. `performance` would load Node's tools for measuring, which takes some. */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1_000_000;
}
