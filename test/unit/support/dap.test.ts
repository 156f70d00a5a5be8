import assert from 'node:assert/strict';
import { Invariants } from '../../support/dap/invariants.js';
import type { Entry } from '../../support/dap/protocol.js';
import { Schema } from '../../support/dap/schema.js';
import { transcript } from '../../support/dap/transcript.js';

const schema = Schema.load();

type Part = readonly ['client' | 'adapter', Readonly<Record<string, unknown>>];

/** Messages of a client and an adapter, numbered as they come. */
function entries(...parts: readonly Part[]): Entry[] {
  const seqs = { client: 0, adapter: 0 };
  return parts.map(([from, message]) => ({ from, message: { seq: ++seqs[from], type: 'event', ...message } }));
}

function violations(...parts: readonly Part[]): readonly string[] {
  const invariants = new Invariants(schema);
  for (const entry of entries(...parts)) invariants.observe(entry);
  return invariants.violations;
}

const ask = (command: string, args = {}): Part => ['client', { type: 'request', command, arguments: args }];
const answer = (request_seq: number, command: string, body = {}): Part => [
  'adapter',
  { type: 'response', request_seq, command, success: true, body },
];
const event = (name: string, body?: object): Part => ['adapter', { event: name, ...(body && { body }) }];
const hello = [ask('initialize'), answer(1, 'initialize')] as const;
const stopped = event('stopped', { reason: 'step', threadId: 1 });
const frame = { id: 7, name: 'x', line: 1, column: 1 };

describe('invariants of the test client', () => {
  const wrong: Readonly<Record<string, readonly [RegExp, readonly Part[]]>> = {
    'a missing field': [/threadId is missing/, [...hello, event('continued', {})]],
    'a field of the wrong type': [/exitCode is "1"/, [...hello, event('exited', { exitCode: '1' })]],
    'an unknown field': [/body\.exitcode is unknown/, [...hello, event('exited', { exitCode: 1, exitcode: 1 })]],
    'an unknown event': [/DAP has no BoomEvent/, [...hello, event('boom')]],
    'a custom event against the contract': [
      /status is none of/,
      [...hello, event('dockerfile/build', { status: 'x', path: '', attempt: 1 })],
    ],
    'an answer that nobody asked for': [/nobody asked 5/, [...hello, answer(5, 'threads', { threads: [] })]],
    'a second answer': [/a second answer/, [...hello, answer(1, 'initialize')]],
    'an answer to another command': [
      /the request was initialize/,
      [ask('initialize'), answer(1, 'threads', { threads: [] })],
    ],
    'an event before initialize is answered': [/before the answer/, [ask('initialize'), event('initialized')]],
    'an event after terminated': [/after terminated/, [...hello, event('terminated'), event('output', { output: '' })]],
    'an event that the client cannot take': [
      /did not say supportsInvalidatedEvent/,
      [...hello, event('invalidated', {})],
    ],
    'a stop without a resume': [/stops twice/, [...hello, stopped, stopped]],
    'progress that ends twice': [/no such progress/, [...hello, event('progressEnd', { progressId: 'a' })]],
    'an id that comes back': [
      /frame 7 is handed out again/,
      [
        ...hello,
        ask('stackTrace', { threadId: 1 }),
        answer(2, 'stackTrace', { stackFrames: [frame] }),
        ask('next', { threadId: 1 }),
        answer(3, 'next'),
        ask('stackTrace', { threadId: 1 }),
        answer(4, 'stackTrace', { stackFrames: [frame] }),
      ],
    ],
    'an id that outlives its stop': [
      /frame 7 died/,
      [
        ...hello,
        ask('stackTrace', { threadId: 1 }),
        answer(2, 'stackTrace', { stackFrames: [frame] }),
        ask('continue', { threadId: 1 }),
        answer(3, 'continue'),
        ask('scopes', { frameId: 7 }),
        answer(4, 'scopes', { scopes: [] }),
      ],
    ],
  };
  for (const [what, [pattern, parts]] of Object.entries(wrong)) {
    it(`find ${what}`, () => assert.match(violations(...parts).join('\n'), pattern));
  }

  it('find nothing in a good session', () => {
    const good = violations(
      ...hello,
      ask('launch'),
      event('initialized'),
      answer(2, 'launch'),
      event('dockerfile/build', { status: 'started', path: '/Dockerfile', attempt: 1 }),
      stopped,
      ask('stackTrace', { threadId: 1 }),
      answer(3, 'stackTrace', { stackFrames: [frame], totalFrames: 1 }),
      ask('next', { threadId: 1 }),
      answer(4, 'next'),
      stopped,
      event('exited', { exitCode: 0 }),
      event('terminated'),
    );
    assert.deepEqual(good, []);
  });
});

describe('transcripts', () => {
  it('are the same whatever ids, times and places are', () => {
    const output = (text: string, line: number): Part =>
      event('output', { category: 'stdout', output: text, source: { name: 'Dockerfile' }, line });
    const text = transcript(
      entries(
        ...hello,
        ask('launch', { dockerfile: '/x/Dockerfile', cwd: '/x', target: 'app' }),
        answer(2, 'launch'),
        output('later /x/file in 1.23s\n', 9),
        output('sooner\n', 2),
        stopped,
        ask('evaluate', { expression: 'ls', context: 'repl' }),
        answer(3, 'evaluate', { result: `sha256:${'a'.repeat(64)}`, variablesReference: 0 }),
      ),
      [['/x', '<workspace>']],
    );
    assert.equal(
      text,
      [
        '> launch {"target":"app"}',
        'stdout 2| sooner',
        'stdout 9| later <workspace>/file in <time>',
        'stopped: step',
        '> repl: ls',
        '= <digest>',
        '',
      ].join('\n'),
    );
  });
});
