/** A command that runs at a stop: what it wrote, and how it ended. */
import type { Adapter } from '../cli/adapter.js';
import { Refusal } from '../cli/adapter.js';
import { numberOf, textOf } from '../cli/fields.js';
import { Lines } from './lines.js';

/** How it ended: with an answer, or with the adapter's words why there is none. */
export type CommandEnd =
  | { readonly kind: 'done'; readonly exitCode: number | undefined }
  | { readonly kind: 'refused'; readonly error: Refusal };

/** Where it is evaluated. */
export interface Evaluation {
  readonly expression: string;
  readonly frameId: number;
}

/** One evaluation in the debug console of the adapter. */
export class Command {
  readonly output = new Lines();
  /** Settles when it has ended, and never rejects but for bugs. */
  readonly ended: Promise<CommandEnd>;
  end: CommandEnd | undefined;
  private readonly controller = new AbortController();

  constructor(
    adapter: Adapter,
    readonly evaluation: Evaluation,
  ) {
    this.ended = this.run(adapter).then((end) => (this.end = end));
  }

  /** Ends it as Ctrl-C would. */
  cancel(): void {
    this.controller.abort();
  }

  /** It was told to end, and will soon. */
  get cancelled(): boolean {
    return this.controller.signal.aborted;
  }

  private async run(adapter: Adapter): Promise<CommandEnd> {
    try {
      const { signal } = this.controller;
      const body = await adapter.request('evaluate', { ...this.evaluation, context: 'repl' }, { signal });
      const exitCode = numberOf(body['exitCode']);
      // Output that was slow has come as events; the rest is in the answer, above its exit code.
      const said = textOf(body['result']);
      const text = exitCode === undefined ? said : outputOf(said, exitCode);
      if (text !== '') this.output.add(text.endsWith('\n') ? text : `${text}\n`);
      return { kind: 'done', exitCode };
    } catch (error) {
      if (error instanceof Refusal) return { kind: 'refused', error };
      throw error;
    }
  }
}

/** The answer says the exit code below the output if it is not 0, or if there is no output. */
function outputOf(said: string, exitCode: number): string {
  const last = `exit code ${exitCode}`;
  if (said === last) return '';
  return exitCode === 0 ? said : said.slice(0, -last.length).replace(/\n$/, '');
}
