/** The client's end of the protocol: requests, events and reverse requests. */
import type { Readable, Writable } from 'node:stream';
import { type Fields, fieldsOf, numberOf, textOf } from './fields.js';
import { decoder, encode } from './frames.js';
import { type OwnNames, withNames } from './own-names.js';

/** The adapter said no; the text is for the user. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  /** @param code the adapter's own name for the error, e.g. `engine-unreachable`; '' when it gave none */
  constructor(
    readonly command: string,
    readonly code: string,
    text: string,
  ) {
    super(text);
  }

  /** The user or the client cancelled it. */
  get cancelled(): boolean {
    return this.code === 'cancelled';
  }
}

/** What the adapter tells and asks. */
export interface AdapterListener {
  event(name: string, body: Fields): void;
  /** A reverse request; gives the body of the answer. */
  asked(command: string, args: Fields): Promise<object>;
}

/** An adapter that runs somewhere, one session long. */
export interface Peer {
  /** Takes what the client says; its end is the client's. */
  readonly input: Writable;
  readonly output: Readable;
  /** Settles when the adapter has ended, with what it left to say: '' unless something went wrong. */
  readonly ended: Promise<string>;
  /** Ends it without a goodbye. */
  abandon(why: string): void;
}

interface Waiting {
  readonly command: string;
  readonly resolve: (body: Fields) => void;
  readonly reject: (error: Error) => void;
}

/** One connection; ends with the adapter. */
export class Adapter implements AsyncDisposable {
  /** Settles with what the adapter left to say when it has ended. */
  readonly ended: Promise<string>;
  private readonly waiting = new Map<number, Waiting>();
  private seq = 0;

  constructor(
    private readonly peer: Peer,
    private readonly listener: AdapterListener,
    private readonly names: OwnNames = [],
  ) {
    this.ended = peer.ended.then((text) => {
      for (const { command, reject } of this.waiting.values()) {
        reject(new Refusal(command, 'adapter-ended', 'The debug adapter ended unexpectedly.'));
      }
      this.waiting.clear();
      return text;
    });
    this.follow();
  }

  /** Sends a request. An aborted signal cancels it at the adapter, whose answer still settles the promise. */
  request(command: string, args: object = {}, options: { readonly signal?: AbortSignal } = {}): Promise<Fields> {
    const seq = ++this.seq;
    const cancel = (): void => {
      this.request('cancel', { requestId: seq }).catch(() => undefined); // a hint: the answer to `command` counts
    };
    options.signal?.addEventListener('abort', cancel, { once: true });
    const answer = new Promise<Fields>((resolve, reject) => this.waiting.set(seq, { command, resolve, reject }));
    this.post({ seq, type: 'request', command, arguments: args });
    return answer.finally(() => options.signal?.removeEventListener('abort', cancel));
  }

  /** Says goodbye and waits for the end, but not for ever. */
  async [Symbol.asyncDispose](): Promise<void> {
    const timer = setTimeout(() => this.peer.abandon('The debug adapter did not end in time.'), 3000);
    await Promise.race([this.ended, this.request('disconnect', { terminateDebuggee: true }).catch(() => undefined)]);
    this.peer.input.end();
    await this.ended;
    clearTimeout(timer);
  }

  private follow(): void {
    const { input, output } = this.peer;
    input.on('error', () => undefined); // `ended` tells it better
    const decode = decoder((message) => this.receive(fieldsOf(message)));
    output.on('data', (chunk: Buffer) => {
      try {
        decode(chunk);
      } catch (error) {
        this.peer.abandon(error instanceof Error ? error.message : String(error));
      }
    });
  }

  private post(message: object): void {
    this.peer.input.write(encode(message));
  }

  private receive(message: Fields): void {
    switch (message['type']) {
      case 'response':
        return this.answered(withNames(message, this.names));
      case 'event':
        return this.listener.event(textOf(message['event']), withNames(fieldsOf(message['body']), this.names));
      case 'request':
        void this.serve(message);
        return;
      default:
    }
  }

  private answered(message: Fields): void {
    const seq = numberOf(message['request_seq']) ?? 0;
    const waiting = this.waiting.get(seq);
    this.waiting.delete(seq);
    const body = fieldsOf(message['body']);
    if (message['success'] === true) waiting?.resolve(body);
    else waiting?.reject(refusalOf(waiting.command, textOf(message['message']), fieldsOf(body['error'])));
  }

  private async serve(message: Fields): Promise<void> {
    const command = textOf(message['command']);
    const answer = { seq: ++this.seq, type: 'response', request_seq: message['seq'], command };
    try {
      const body = await this.listener.asked(command, fieldsOf(message['arguments']));
      this.post({ ...answer, success: true, body });
    } catch (error) {
      this.post({ ...answer, success: false, message: error instanceof Error ? error.message : String(error) });
    }
  }
}

function refusalOf(command: string, message: string, error: Fields): Refusal {
  const variables = fieldsOf(error['variables']);
  const text = textOf(error['format'], message).replaceAll(/\{(\w+)\}/g, (all, name: string) =>
    textOf(variables[name], all),
  );
  return new Refusal(command, textOf(variables['code'], message), text === '' ? `${command} failed.` : text);
}
