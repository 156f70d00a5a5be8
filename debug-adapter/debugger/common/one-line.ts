/** An instruction on one line: continuation lines joined without comments between them, heredoc bodies left out. */
export function oneLine(text: string): string {
  const joined = text.replace(/\s*[\\`][ \t]*\r?\n(?:\s*#[^\n]*\n|[ \t]*\r?\n)*\s*/g, ' ');
  return joined.split(/\r?\n/, 1)[0] ?? text;
}

/** As much of a command as a sentence can hold. */
export function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 97)}…` : text;
}
