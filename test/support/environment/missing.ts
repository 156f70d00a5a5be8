/** What is not there skips its tests aloud on a developer's machine, and fails them in CI. */

/** Whether a missing engine is a failure. */
export const inCI = /^(1|true)$/i.test(process.env.CI ?? '');

let running: Mocha.Test | undefined;

// Registered on mocha's root suite, once for all files of a run; so a helper that is called in a test can skip that test.
if (typeof beforeEach === 'function') {
  beforeEach('remember the test', function () {
    running = this.currentTest;
  });
  afterEach('forget the test', () => {
    running = undefined;
  });
}

/** Throws in CI. Elsewhere skips the running test, or the tests of the `describe` that is being read, and gives `placeholder`. */
export function missing<T>(what: string, command: string, placeholder: T): T {
  const text = `${what} is missing: ${command}`;
  if (inCI) throw new Error(text);
  process.stderr.write(`SKIPPED: ${text}\n`);
  running?.skip();
  if (typeof before === 'function') {
    before(`skip: ${text}`, function () {
      this.skip();
    });
  }
  return placeholder;
}
