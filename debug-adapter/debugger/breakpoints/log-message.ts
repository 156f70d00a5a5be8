/** Messages of logpoints: `{$VAR}` gives a value, `{command}` its output, `{{` a brace. */

/** A piece of a message. */
export type LogPiece =
  | { readonly kind: 'text'; readonly text: string }
  /** `$NAME`, `${NAME:-x}`. */
  | { readonly kind: 'expression'; readonly text: string }
  /** A shell command. */
  | { readonly kind: 'command'; readonly text: string };

/** The pieces in order, or what is wrong with the text. */
export type LogMessage =
  | { readonly ok: true; readonly pieces: readonly LogPiece[] }
  | { readonly ok: false; readonly message: string };

const expression = /^\$(?:[A-Za-z_]\w*|\{[^]*\})$/;

/** Reads a message; braces inside `{…}` have to be balanced. */
export function parseLogMessage(text: string): LogMessage {
  const pieces: LogPiece[] = [];
  let plain = '';
  const flush = (): void => {
    if (plain !== '') pieces.push({ kind: 'text', text: plain });
    plain = '';
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    const doubled = text[at + 1] === character;
    if ((character === '{' || character === '}') && doubled) {
      plain += character;
      at++;
    } else if (character === '{') {
      const end = closingBrace(text, at);
      if (end === undefined) return { ok: false, message: `The { at character ${at + 1} has no } after it.` };
      const inner = text.slice(at + 1, end).trim();
      if (inner === '') return { ok: false, message: `There is nothing between the braces at character ${at + 1}.` };
      flush();
      pieces.push({ kind: expression.test(inner) ? 'expression' : 'command', text: inner });
      at = end;
    } else plain += character;
  }
  flush();
  return { ok: true, pieces };
}

function closingBrace(text: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '{') depth++;
    if (text[at] === '}' && --depth === 0) return at;
  }
  return undefined;
}
