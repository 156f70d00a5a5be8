/** What one side puts in and the other iterates, once; unbounded unless the writer waits for `room`. */
export class Queue<T> implements AsyncIterable<T> {
  private readonly items: { readonly item: T; readonly weight: number }[] = [];
  private weight = 0;
  private over = false;
  private failure: Error | undefined;
  private abandoned = false;
  private wakeReader: (() => void) | undefined;
  private wakeWriter: (() => void) | undefined;

  /** @param capacity sum of weights above which `room` makes the writer wait */
  constructor(private readonly capacity = Number.POSITIVE_INFINITY) {}

  put(item: T, weight = 1): void {
    if (this.over || this.abandoned) return;
    this.items.push({ item, weight });
    this.weight += weight;
    this.wakeReader?.();
  }

  /** Resolves when the reader has taken enough, or will take nothing any more. */
  async room(): Promise<void> {
    while (this.weight > this.capacity && !this.abandoned && !this.over) {
      await new Promise<void>((resolve) => {
        this.wakeWriter = resolve;
      });
    }
  }

  /** Nothing more comes; the reader gets what is left, and then the failure if there is one. */
  end(failure?: Error): void {
    if (this.over) return;
    this.over = true;
    this.failure = failure;
    this.wakeReader?.();
    this.wakeWriter?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    try {
      for (;;) {
        const next = this.items.shift();
        if (next !== undefined) {
          this.weight -= next.weight;
          this.wakeWriter?.();
          yield next.item;
        } else if (this.over) {
          if (this.failure !== undefined) throw this.failure;
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.wakeReader = resolve;
          });
        }
      }
    } finally {
      this.abandoned = true;
      this.items.length = 0;
      this.wakeWriter?.();
    }
  }
}
