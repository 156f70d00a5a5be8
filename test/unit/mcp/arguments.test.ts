import assert from 'node:assert/strict';
import * as z from 'zod/v4';
import { readArguments } from '../../../debug-adapter/mcp/arguments.js';
import { readCommandLine } from '../../../debug-adapter/mcp/command-line.js';

const schema = z.strictObject({ line: z.int().min(1), place: z.strictObject({ at: z.string() }).optional() });

describe('arguments of a tool', () => {
  it('are read by the schema', () => {
    assert.deepEqual(readArguments('go', schema, { line: 3 }), { line: 3 });
  });

  it('are refused with words for each that is wrong', () => {
    const refusal = (given: unknown): string => {
      try {
        readArguments('go', schema, given);
      } catch (error) {
        return String(error);
      }
      return '';
    };
    assert.match(
      refusal({ lin: 3 }),
      /- line: .*\n- there is no argument "lin"\. Did you mean "line"\?\nIt takes: line, place\./,
    );
    assert.match(refusal({ line: 0 }), /- line: Too small/);
    assert.match(
      refusal({ line: 1, place: { on: 'x' } }),
      /- place\.at: [^\n]*\n- there is no argument "on" in place\./,
    );
    assert.match(refusal(undefined), /- line: /);
    assert.match(refusal('text'), /- arguments: /);
  });

  it('of the command line are few', () => {
    assert.deepEqual(readCommandLine(['--builder', 'b', '--toolbox=none']), {
      kind: 'serve',
      defaults: { builder: 'b', toolbox: 'none' },
    });
    assert.deepEqual(readCommandLine(['--builder=']), { kind: 'serve', defaults: {} });
    assert.equal(readCommandLine(['-h']).kind, 'help');
    const wrong = readCommandLine(['--bilder', 'x']);
    assert.ok(wrong.kind === 'wrong');
    assert.match(wrong.text, /--bilder/);
  });
});
