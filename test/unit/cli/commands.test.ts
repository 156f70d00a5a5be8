import assert from 'node:assert/strict';
import { commands as own, findCommand } from '../../../debug-adapter/cli/commands.js';
import { commands as theirs } from '../../../debug-adapter/dap/commands/table.js';
import { splitWords } from '../../../debug-adapter/dap/commands/words.js';

/** As a user types it: nothing that stands for something else. */
const typed = /^:[^[\]|…]+$/;

describe('the commands at the prompt', () => {
  it('are each documented with lines as a user may type them, in the terminal', () => {
    for (const { names, operand, help, samples } of own) {
      assert.ok(help !== '' && samples.length > 0, names[0]);
      for (const sample of samples) {
        assert.match(sample, typed);
        const found = findCommand(sample);
        assert.equal(found?.command.names, names, sample);
        if (operand === undefined) assert.equal(found.operand, '', sample);
      }
      if (operand !== undefined)
        assert.ok(
          samples.some((sample) => sample.includes(' ')),
          `${names[0]}: its operand`,
        );
    }
  });

  it('and in the Debug Console, with as many words as each takes', () => {
    for (const { name, example, help, samples = [example], most = 0, offers = [], takesLine } of theirs) {
      assert.ok(help !== '' && samples.length > 0, name);
      for (const sample of samples) {
        assert.match(sample, typed);
        const [first, ...words] = splitWords(sample);
        assert.equal(first, `:${name}`);
        assert.ok(words.length <= most, sample);
      }
      assert.ok(example === `:${name}` ? most === 0 : most > 0, `${example} takes ${most}`);
      assert.ok(
        most === 0 || offers.length > 0 || name === 'shell' || takesLine,
        `${name}: something to complete with`,
      );
    }
  });

  it('have one name each', () => {
    const names = own.flatMap((command) => command.names);
    assert.deepEqual([...new Set(names)], names);
  });
});
