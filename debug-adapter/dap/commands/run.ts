import type { OutputSink } from '../../debugger/api.js';
import type { Session } from '../session.js';

/** Shows the output of a command while it runs. */
export function showOutput(session: Session): OutputSink {
  const decoders = { 1: new TextDecoder(), 2: new TextDecoder() };
  return ({ fd, data }) => {
    session.print(fd === 2 ? 'stderr' : 'stdout', decoders[fd].decode(data, { stream: true }));
  };
}

/** Keeps the output of a command, up to a limit. */
export function keepOutput(limit: number): { readonly sink: OutputSink; readonly text: () => string } {
  const decoder = new TextDecoder();
  let text = '';
  return {
    sink: ({ data }) => {
      if (text.length < limit) text += decoder.decode(data, { stream: true });
    },
    text: () => (text.length > limit ? `${text.slice(0, limit)}…` : text).trimEnd(),
  };
}
