const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** `85 ms`, `1.2 s`, `12 s`, `2 min 05 s`. */
export function durationText(ms: number): string {
  if (ms < 1000) {
    return `${Math.round(ms)} ms`;
  }
  const seconds = ms / 1000;
  if (seconds < 9.95) {
    return `${seconds.toFixed(1)} s`;
  }
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

/** `512 B`, `1.4 MB`, `230 MB`: powers of 1000, as docker prints them. */
export function sizeText(bytes: number): string {
  let value = bytes;
  let index = 0;
  while (value >= 999.5 && index < units.length - 1) {
    value /= 1000;
    index += 1;
  }
  const digits = index > 0 && value < 9.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${units[index] ?? 'B'}`;
}
