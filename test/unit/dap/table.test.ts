import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { capabilities } from '../../../debug-adapter/dap/capabilities.js';
import { earlyHandlers } from '../../../debug-adapter/dap/requests/early.js';
import { laterHandlers } from '../../../debug-adapter/dap/requests/later.js';
import { firstHandlers } from '../../../debug-adapter/dap/requests/table.js';
import type { Events } from '../../../debug-adapter/dap/session.js';

type Said = Readonly<Record<string, { readonly test?: string; readonly why?: string }>>;

/** Events that the adapter may send; the compiler keeps this equal to `Events`. */
const sent: Readonly<Record<Exclude<keyof Events, `${string}/${string}`>, true>> = {
  initialized: true,
  stopped: true,
  continued: true,
  thread: true,
  breakpoint: true,
  invalidated: true,
  progressStart: true,
  progressUpdate: true,
  progressEnd: true,
  exited: true,
  terminated: true,
};

describe('docs/dap.json', () => {
  const said = JSON.parse(readFileSync(join(__dirname, '../../../docs/dap.json'), 'utf8')) as Readonly<
    Record<'requests' | 'events' | 'capabilities', Said>
  >;
  const supported = (all: Said): string[] =>
    Object.entries(all)
      .filter(([, { test }]) => test !== undefined)
      .map(([name]) => name)
      .sort();

  it('says of capabilities what `initialize` announces', () => {
    assert.deepEqual(supported(said.capabilities), Object.keys(capabilities).sort());
  });

  it('says of requests what is answered, and of the terminal what is asked', () => {
    const names = [earlyHandlers, firstHandlers, laterHandlers].flatMap((handlers) => [...handlers.keys()]);
    const answered = names.filter((name) => !name.includes('/') && name !== 'attach');
    assert.deepEqual(supported(said.requests), [...answered, 'runInTerminal'].sort());
  });

  it('names a test that speaks of it', () => {
    for (const [name, { test }] of Object.values(said).flatMap((all) => Object.entries(all))) {
      if (test === undefined) continue;
      const text = readFileSync(join(__dirname, '../../..', test), 'utf8');
      assert.match(text, new RegExp(`\\b${name}\\b`), `${test} says nothing of ${name}`);
    }
  });

  it('says of events what is sent', () => {
    assert.deepEqual(supported(said.events), [...Object.keys(sent), 'output'].sort());
  });
});
