/** The time that a build takes: while all of it stands, nobody waits for it. */
export class Stopwatch {
  private began: number;
  private stood = 0;
  /** Since when it stands; undefined while it runs. */
  private since: number | undefined;

  constructor(private readonly now: () => number) {
    this.began = now();
  }

  /** Another build begins. */
  restart(): void {
    this.began = this.now();
    this.stood = 0;
    this.since = undefined;
  }

  /** Whether it stands from now on. */
  stands(standing: boolean): void {
    if (standing) {
      this.since ??= this.now();
      return;
    }
    if (this.since !== undefined) this.stood += this.now() - this.since;
    this.since = undefined;
  }

  /** Milliseconds in which it ran. */
  get ran(): number {
    const now = this.since ?? this.now();
    return now - this.began - this.stood;
  }
}
