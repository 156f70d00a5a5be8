/** What a tracing shell (`set -x`) says of the hook is not shown. */
import { StringDecoder } from 'node:string_decoder';

/** What the hook calls its own is in all lines about it; an error that names it is no trace. */
const ofTheHook = /^(?!.*: __dfd_\w+: ).*__dfd_/;

/**
 * Drops those lines. Stateful: a line may come in pieces, and what begins it may be anything, so its begin is held back until
 * it is asked for.
 */
export function withoutTrace(): { take(data: Uint8Array): string; rest(): string } {
  const decoder = new StringDecoder('utf8');
  let line = '';
  const keep = (whole: string): boolean => !ofTheHook.test(whole);
  return {
    take(data) {
      const parts = `${line}${decoder.write(Buffer.from(data))}`.split('\n');
      line = parts.pop() ?? '';
      return parts
        .filter(keep)
        .map((each) => `${each}\n`)
        .join('');
    },
    rest() {
      const held = keep(line) ? line : '';
      line = '';
      return held;
    },
  };
}
