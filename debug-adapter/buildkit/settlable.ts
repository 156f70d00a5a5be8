/** A promise that somebody else settles; only the first time counts, and nobody needs to wait for it. */
export class Settlable<T> {
  readonly promise: Promise<T>;
  private settleWith: { resolve(value: T): void; reject(error: Error): void } | undefined;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.settleWith = { resolve, reject };
    });
    this.promise.catch(() => undefined);
  }

  resolve(value: T): void {
    this.settleWith?.resolve(value);
  }

  reject(error: Error): void {
    this.settleWith?.reject(error);
  }
}
