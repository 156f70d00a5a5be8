/** What Ctrl-C outside of a command means: the first one pauses, the second one quits, also if the stop has come between. */

/** Milliseconds within which it counts as pressed twice. */
const TWICE = 2000;
/** The same, from when the stop appeared that the first one asked for. */
const JUST_NOW = 1000;

export class Interrupts {
  private pausing = false;
  private standing = false;
  private until = 0;

  /** @param now milliseconds */
  constructor(private readonly now: () => number) {}

  /** Ctrl-C. Where a thread stands there is nothing to pause, but another one quits. */
  press(): 'pauses' | 'stays' | 'quits' {
    if (this.pausing || (this.standing && this.quitsNow)) return 'quits';
    this.until = this.now() + TWICE;
    if (this.standing) return 'stays';
    this.pausing = true;
    return 'pauses';
  }

  /** Whether the one before was so short ago that one more is the second one. */
  get quitsNow(): boolean {
    return this.now() < this.until;
  }

  /** A thread stands, and the user soon looks at it. */
  stand(): void {
    if (this.pausing) this.until = Math.max(this.until, this.now() + JUST_NOW);
    this.pausing = false;
    this.standing = true;
  }

  /** It goes on. */
  leave(): void {
    this.standing = false;
  }
}
