import type { StatusResponse } from './gen/control.js';

/** Progress may come a little later than the error. */
const lateMs = 500;

/** What progress says of vertices that failed, for engines whose errors do not say which one it was. */
export class Verdicts {
  private readonly errors = new Map<string, string>();
  private readonly waiting = new Set<() => void>();

  note({ vertexes }: StatusResponse): void {
    for (const { digest, error } of vertexes) if (error !== '') this.errors.set(digest, error);
    for (const wake of this.waiting) wake();
  }

  /** No vertex has failed so far, nor was cancelled. */
  get none(): boolean {
    return this.errors.size === 0;
  }

  /** Digest of the vertex with that error; those that were merely cancelled have other words. */
  async find(message: string): Promise<string | undefined> {
    return this.search(message) ?? (await this.later(message));
  }

  private search(message: string): string | undefined {
    return [...this.errors].find(([, error]) => message === error || message.endsWith(`: ${error}`))?.[0];
  }

  private async later(message: string): Promise<string | undefined> {
    return await new Promise((resolve) => {
      const settle = (found: string | undefined) => {
        clearTimeout(timer);
        this.waiting.delete(look);
        resolve(found);
      };
      const look = () => {
        const found = this.search(message);
        if (found !== undefined) settle(found);
      };
      const timer = setTimeout(() => settle(undefined), lateMs);
      this.waiting.add(look);
    });
  }
}
