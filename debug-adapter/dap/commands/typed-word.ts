/** The word of a shell command at which the caret stands. */
export interface TypedWord {
  /** Without quotes and backslashes. */
  readonly text: string;
  /** Where it begins, its quote included. */
  readonly start: number;
  /** A program is named here, not an argument. */
  readonly command: boolean;
  /** The quote that is still open. */
  readonly quote: '' | '"' | "'";
}

/** After these the next word is still a command. */
const carriers = new Set([
  'then',
  'do',
  'else',
  'if',
  'while',
  '!',
  'exec',
  'env',
  'time',
  'sudo',
  'command',
  'nohup',
  'xargs',
]);

interface Reading {
  text: string;
  start: number;
  command: boolean;
  quote: TypedWord['quote'];
  escaped: boolean;
}

/** Reads as a shell does, up to the caret. */
export function typedWord(before: string): TypedWord {
  const reading: Reading = { text: '', start: 0, command: true, quote: '', escaped: false };
  for (let at = 0; at < before.length; at += 1) read(reading, before.charAt(at), at);
  const { text, start, command, quote } = reading;
  return { text, start, command, quote };
}

function read(reading: Reading, char: string, at: number): void {
  if (reading.escaped) {
    reading.text += char;
    reading.escaped = false;
  } else if (char === '\\' && reading.quote !== "'") {
    reading.escaped = true;
  } else if (reading.quote !== '') {
    if (char === reading.quote) reading.quote = '';
    else reading.text += char;
  } else if (char === '"' || char === "'") {
    reading.quote = char;
  } else if (/\s/.test(char)) {
    endWord(reading, at, carriesOn(reading));
  } else if (/[|&;({`\n]/.test(char)) {
    endWord(reading, at, true);
  } else if (/[<>]/.test(char)) {
    endWord(reading, at, false);
  } else {
    reading.text += char;
  }
}

function carriesOn({ text, command }: Reading): boolean {
  return command && (text === '' || carriers.has(text) || /^[A-Za-z_]\w*=/.test(text));
}

function endWord(reading: Reading, at: number, command: boolean): void {
  reading.text = '';
  reading.start = at + 1;
  reading.command = command;
}
