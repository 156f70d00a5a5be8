// Mocha's own report, live, and its numbers in a file for whoever started the run: after each test, since a run may be ended.
const { writeFileSync } = require('node:fs');
const { reporters, Runner } = require('mocha');

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const write = () => {
      const { passes, failures, pending } = runner.stats;
      writeFileSync(
        process.env.DFD_TEST_RESULT,
        JSON.stringify({ passed: passes, failed: failures, skipped: pending }),
      );
    };
    runner.on(Runner.constants.EVENT_TEST_END, write);
    runner.once(Runner.constants.EVENT_RUN_END, write);
  }
};
