/** The line editor: history, completion, and text that others print above it. */
import { clearScreenDown, createInterface, cursorTo, type Interface } from 'node:readline';
import type { Writable } from 'node:stream';
import type { ReadStream } from 'node:tty';

/** Asks the adapter how the text before the cursor may go on. */
export type Complete = (typed: string) => Promise<readonly Completion[]>;

/** `text` replaces what was typed from `start` (from 0) on. */
export interface Completion {
  readonly text: string;
  readonly start: number;
}

/** `end`: Ctrl-D, or Ctrl-C twice on an empty line; `interrupted`: `interrupt` was called. */
export type Answer =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'end' }
  | { readonly kind: 'interrupted' };

/** Reads lines from a terminal, which is in raw mode only while it waits: in between it belongs to others. */
export class Prompt implements Disposable {
  private readonly reader: Interface;
  /** Lines of a paste that nobody has asked for yet. */
  private readonly pasted: string[] = [];
  private waiting: ((answer: Answer) => void) | undefined;
  private armed = false;
  private closed = false;

  constructor(
    private readonly input: ReadStream,
    private readonly output: Writable,
    private readonly complete: Complete,
  ) {
    this.reader = createInterface({
      input,
      output,
      terminal: true,
      historySize: 500,
      removeHistoryDuplicates: true,
      completer: (line: string, reply: Reply) => this.completions(line, reply),
    });
    this.reader.on('line', (line) => this.line(line));
    this.reader.on('close', () => {
      this.closed = true;
      this.settle({ kind: 'end' });
    });
    this.reader.on('SIGINT', () => this.interrupted());
    this.release();
  }

  /** Waits for a line. */
  ask(prompt: string): Promise<Answer> {
    const text = this.pasted.shift();
    if (text !== undefined) {
      this.output.write(`${prompt}${text}\n`);
      return Promise.resolve({ kind: 'line', text });
    }
    if (this.closed) return Promise.resolve({ kind: 'end' });
    return new Promise((resolve) => {
      this.waiting = resolve;
      this.armed = false;
      this.input.setRawMode(true);
      this.reader.setPrompt(prompt);
      this.reader.prompt();
    });
  }

  /** Prints whole lines; a line being edited moves below them. */
  print(text: string): void {
    if (text === '') return;
    const lines = text.endsWith('\n') ? text : `${text}\n`;
    if (this.waiting === undefined) {
      this.output.write(lines);
      return;
    }
    cursorTo(this.output, 0);
    clearScreenDown(this.output);
    this.output.write(lines);
    this.reader.prompt(true);
  }

  /** Ends a waiting `ask`: the machine has moved by itself. */
  interrupt(): void {
    if (this.waiting === undefined) return;
    this.output.write('\n');
    this.settle({ kind: 'interrupted' });
  }

  [Symbol.dispose](): void {
    this.reader.close();
    this.input.setRawMode(false);
    this.input.unref();
  }

  private line(line: string): void {
    if (this.waiting === undefined) this.pasted.push(line);
    else this.settle({ kind: 'line', text: line });
  }

  private settle(answer: Answer): void {
    const waiting = this.waiting;
    this.waiting = undefined;
    this.release();
    waiting?.(answer);
  }

  /** Nothing reads the terminal and Ctrl-C is a signal again. */
  private release(): void {
    if (!this.closed) this.reader.pause();
    this.input.setRawMode(false);
  }

  private interrupted(): void {
    const empty = this.reader.line === '';
    if (empty && this.armed) {
      this.output.write('\n');
      this.reader.close();
      return;
    }
    this.armed = empty;
    this.reader.write(null, { ctrl: true, name: 'e' });
    this.output.write(empty ? '^C (again quits)\n' : '^C\n');
    this.reader.write(null, { ctrl: true, name: 'u' });
    this.reader.prompt();
  }

  private completions(line: string, reply: Reply): void {
    const typed = line.slice(0, this.reader.cursor);
    this.complete(typed).then(
      (found) => {
        const start = found[0]?.start ?? typed.length;
        const part = typed.slice(start);
        const texts = found.filter((item) => item.start === start && item.text.startsWith(part));
        reply(null, [texts.map((item) => item.text), part]);
      },
      () => reply(null, [[], typed]), // a completion that fails is none
    );
  }
}

type Reply = (error: null, result: [string[], string]) => void;
