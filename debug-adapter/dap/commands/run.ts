import { StringDecoder } from 'node:string_decoder';
import type { OutputSink } from '../../debugger/api.js';
import type { Session } from '../session.js';

/** A command that writes and is not done after this many milliseconds shows its output while it runs. */
const patience = 1000;
/** So many characters are not held back either. */
const heldBack = 64 * 1024;

/** Output of a command in the debug console: all of it is the answer when it is quick, else it is shown as it comes. */
export function consoleOutput(session: Session): {
  readonly sink: OutputSink;
  /** Shows what was held back. */
  readonly show: () => void;
  /** What is left to answer once it has ended. */
  readonly answer: (exitCode: number) => string;
} {
  const decoders = { 1: new StringDecoder('utf8'), 2: new StringDecoder('utf8') };
  let held: { readonly category: 'stdout' | 'stderr'; readonly text: string }[] = [];
  let size = 0;
  let live = false;
  let timer: NodeJS.Timeout | undefined;
  const goLive = (): void => {
    live = true;
    for (const { category, text } of held.splice(0)) session.print(category, text);
  };
  return {
    sink({ fd, data }) {
      const category = fd === 2 ? 'stderr' : 'stdout';
      const text = decoders[fd].write(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
      if (live) {
        session.print(category, text);
        return session.room();
      }
      held.push({ category, text });
      size += text.length;
      timer ??= setTimeout(goLive, patience);
      if (size > heldBack) goLive();
      return undefined;
    },
    show() {
      clearTimeout(timer);
      goLive();
    },
    answer(exitCode) {
      clearTimeout(timer);
      const text = held
        .map((piece) => piece.text)
        .join('')
        .replace(/\n$/, '');
      held = [];
      if (text === '') return `exit code ${exitCode}`;
      return exitCode === 0 ? text : `${text}\nexit code ${exitCode}`;
    },
  };
}

/** Keeps the output of a command, up to a limit. */
export function keepOutput(limit: number): { readonly sink: OutputSink; readonly text: () => string } {
  const decoder = new StringDecoder('utf8');
  let text = '';
  return {
    sink: ({ data }) => {
      if (text.length < limit) text += decoder.write(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    },
    text: () => (text.length > limit ? `${text.slice(0, limit)}…` : text).trimEnd(),
  };
}
