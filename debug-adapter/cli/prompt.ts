/** The line editor: history, completion, and text that others print above it. */
import { clearScreenDown, createInterface, cursorTo, type Interface } from 'node:readline';
import type { Writable } from 'node:stream';
import type { ReadStream } from 'node:tty';
import { tame } from './tame.js';
import type { Keyboard } from './world.js';

/** Asks the adapter how the text before the cursor may go on. */
export type Complete = (typed: string) => Promise<readonly Completion[]>;

/** `text` replaces what was typed from `start` (from 0) on. */
export interface Completion {
  readonly text: string;
  readonly start: number;
}

/** `end`: Ctrl-D; `left`: Ctrl-C twice on an empty line; `interrupted`: `interrupt` was called. */
export type Answer =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'end' }
  | { readonly kind: 'left' }
  | { readonly kind: 'interrupted' };

/** Reads lines from a terminal. Between two questions there is no reader: the terminal belongs to others. */
export class Prompt implements Disposable {
  private reader: Interface | undefined;
  private input: ReadStream | undefined;
  private history: string[] = [];
  /** Lines of a paste that nobody has asked for yet, and what was typed of the next one. */
  private readonly pasted: string[] = [];
  private begun = '';
  private settle: (answer: Answer) => void = () => undefined;
  private armed = false;
  private closed = false;
  private quits: () => boolean = () => false;

  constructor(
    private readonly keyboard: Keyboard,
    private readonly output: Writable,
    private readonly complete: Complete,
  ) {}

  /**
   * Waits for a line.
   *
   * @param quits asked at Ctrl-C on an empty line: whether it was the second one already, and all is over
   */
  ask(prompt: string, quits: () => boolean = () => false): Promise<Answer> {
    this.quits = quits;
    const text = this.pasted.shift();
    if (text !== undefined) {
      this.output.write(`${prompt}${text}\n`);
      return Promise.resolve({ kind: 'line', text });
    }
    if (this.closed) return Promise.resolve({ kind: 'end' });
    return new Promise((resolve) => {
      const reader = this.open(prompt);
      this.armed = false;
      this.settle = (answer) => {
        this.settle = () => undefined;
        // Lines of the same paste are still being read.
        queueMicrotask(() => {
          this.release(reader);
          resolve(answer);
        });
      };
      reader.prompt();
      reader.write(this.begun);
    });
  }

  /** Prints whole lines; a line being edited moves below them. */
  print(text: string): void {
    if (text === '') return;
    const tamed = tame(text);
    const lines = tamed.endsWith('\n') ? tamed : `${tamed}\n`;
    if (this.reader !== undefined) {
      cursorTo(this.output, 0);
      clearScreenDown(this.output);
    }
    this.output.write(lines);
    this.reader?.prompt(true);
  }

  /** Ends a waiting `ask`: the machine has moved by itself. */
  interrupt(): void {
    if (this.reader !== undefined) this.output.write('\n');
    this.settle({ kind: 'interrupted' });
  }

  [Symbol.dispose](): void {
    if (this.reader !== undefined) this.release(this.reader);
    this.closed = true;
  }

  private open(prompt: string): Interface {
    const input = this.keyboard.open();
    this.input = input;
    const reader = createInterface({
      input,
      output: this.output,
      prompt,
      history: this.history,
      historySize: 500,
      removeHistoryDuplicates: true,
      terminal: true,
      completer: (line: string, reply: Reply) => this.completions(line, reply),
    });
    let first = true;
    reader.on('line', (text) => {
      if (first) this.settle({ kind: 'line', text });
      else this.pasted.push(text);
      first = false;
    });
    reader.on('history', (history) => (this.history = [...history]));
    reader.on('SIGINT', () => this.interrupted(reader));
    reader.on('close', () => {
      if (this.reader !== reader) return;
      this.closed = true;
      this.settle({ kind: 'end' });
    });
    this.reader = reader;
    return reader;
  }

  /** Nothing reads the terminal any more, and Ctrl-C is a signal again. */
  private release(reader: Interface): void {
    this.begun = reader.line;
    this.reader = undefined;
    reader.close();
    if (this.input !== undefined) this.keyboard.close(this.input);
    this.input = undefined;
  }

  private interrupted(reader: Interface): void {
    const empty = reader.line === '';
    if (empty && this.quits()) return;
    if (empty && this.armed) {
      this.output.write('\n');
      this.closed = true;
      this.settle({ kind: 'left' });
      return;
    }
    this.armed = empty;
    reader.write(null, { ctrl: true, name: 'e' });
    this.output.write(empty ? '^C (again quits)\n' : '^C\n');
    reader.write(null, { ctrl: true, name: 'u' });
    reader.prompt();
  }

  private completions(line: string, reply: Reply): void {
    const typed = line.slice(0, this.reader?.cursor);
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
