/** An instruction on one line: continuation lines joined without comments between them, heredoc bodies left out. */
export function oneLine(text: string): string {
  const joined = text.replace(/\s*[\\`][ \t]*\r?\n(?:\s*#[^\n]*\n|[ \t]*\r?\n)*\s*/g, ' ');
  return joined.split(/\r?\n/, 1)[0] ?? text;
}
