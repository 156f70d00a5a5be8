/** What the hook of a script says, and how it is told from what the script writes. */

import type { Spot } from './orders.js';

/** Begins and ends what the hook says; what the supervisor says has another mark, whose begin it holds back. */
const MARK = '\u001d';
/** The most that is held back because it may be the begin of a mark. */
const LONGEST = 128;

/** What the hook says. */
export type Word =
  | { readonly kind: 'ready' }
  /**
   * It stops before a statement.
   *
   * @property status exit code of what ran before
   */
  | ({ readonly kind: 'at'; readonly status: number } & Spot)
  /** It passes one. */
  | ({ readonly kind: 'in' } & Spot)
  /** The script ends behind this one. */
  | ({ readonly kind: 'end' } & Spot)
  | { readonly kind: 'done'; readonly code: number }
  /** In the other stream: all that was written before has come. */
  | { readonly kind: 'written' };

/** Output of one stream, in its order. */
export type Heard = { readonly kind: 'text'; readonly data: Uint8Array } | Word;

/** Takes the words of the hook out of a stream, whatever pieces it comes in. Stateful: one for each stream. */
export function listen(token: string): { take(data: Uint8Array): readonly Heard[]; rest(): Uint8Array } {
  const begin = Buffer.from(`${MARK}${token} `);
  let held = Buffer.alloc(0);
  return {
    take(data) {
      held = Buffer.concat([held, data]);
      const heard: Heard[] = [];
      const text = (to: number): void => {
        if (to > 0) heard.push({ kind: 'text', data: held.subarray(0, to) });
        held = held.subarray(to);
      };
      for (let at = held.indexOf(begin); at >= 0; at = held.indexOf(begin)) {
        const end = held.indexOf(MARK, at + begin.length);
        text(at);
        if (end < 0) return heard;
        const words = held.toString('latin1', begin.length, end - at);
        held = held.subarray(end - at + 1);
        const word = readWord(words);
        if (word !== undefined) heard.push(word);
      }
      text(held.length - partOf(begin, held));
      return heard;
    },
    rest: () => held,
  };
}

/** How many bytes at the end may be the begin of a mark. */
function partOf(begin: Uint8Array, held: Buffer): number {
  const at = held.lastIndexOf(MARK);
  if (at < 0 || held.length - at > LONGEST) return 0;
  const tail = held.subarray(at);
  return Buffer.from(begin).subarray(0, tail.length).equals(tail) ? tail.length : 0;
}

function readWord(words: string): Word | undefined {
  const [kind, ...values] = words.split(' ');
  const [first = 0, second = 0, third = 0] = values.map(Number);
  switch (kind) {
    case 'ready':
    case 'written':
      return { kind };
    case 'at':
      return { kind, statement: first, status: second, count: third, frame: values[3] ?? '' };
    case 'in':
    case 'end':
      return { kind, statement: first, count: second, frame: values[2] ?? '' };
    case 'done':
      return { kind, code: first };
    default:
      return undefined;
  }
}
