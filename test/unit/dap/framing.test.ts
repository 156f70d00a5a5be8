import assert from 'node:assert/strict';
import { encodeMessage, MessageReader, type Frame } from '../../../debug-adapter/dap/wire/framing.js';

function read(text: string, step = text.length || 1): Frame[] {
  const reader = new MessageReader();
  const bytes = Buffer.from(text);
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length; at += step) frames.push(...reader.push(bytes.subarray(at, at + step)));
  return [...frames, ...reader.end()];
}

function summary(frames: readonly Frame[]): unknown[] {
  return frames.map((frame) => (frame.kind === 'message' ? frame.value : 'broken'));
}

const [a, b] = [{ seq: 1, text: 'äöü \u{1f600}' }, { seq: 2 }];

describe('framing', () => {
  for (const step of [1, 2, 7, 10_000]) {
    it(`reads messages that come in pieces of ${step} bytes`, () => {
      assert.deepEqual(read(encodeMessage(a) + encodeMessage(b), step), [
        { kind: 'message', value: a },
        { kind: 'message', value: b },
      ]);
    });
  }

  const cases: Record<string, [string, unknown[]]> = {
    'broken JSON': [`Content-Length: 5\r\n\r\n{"a":${encodeMessage(b)}`, ['broken', b]],
    'a length that is too short': [`Content-Length: 3\r\n\r\n{"a":1}${encodeMessage(b)}`, ['broken', 'broken', b]],
    'a length that is too long': [`Content-Length: 20\r\n\r\n{"a":1}${encodeMessage(b)}`, ['broken', b]],
    'a length that is no number': [`Content-Length: x\r\n\r\n{}${encodeMessage(b)}`, ['broken', 'broken', b]],
    'a negative length': [`Content-Length: -1\r\n\r\n${encodeMessage(b)}`, ['broken', b]],
    'a length beyond all reason': [`Content-Length: 99999999999\r\n\r\n${encodeMessage(b)}`, ['broken', b]],
    'no header': [`hello\r\n\r\n${encodeMessage(b)}`, ['broken', b]],
    'other headers, and any case': [
      `X-A: b\r\ncontent-length:${JSON.stringify(b).length}\r\n\r\n${JSON.stringify(b)}`,
      [b],
    ],
    'newlines alone': [`Content-Length: 2\n\n{}`, [{}]],
    'half a message': ['Content-Length: 20\r\n\r\n{}', ['broken']],
    'no message at all': ['Content-Length: 0\r\n\r\n' + encodeMessage(b), ['broken', b]],
  };
  for (const [name, [text, expected]] of Object.entries(cases)) {
    for (const step of [1, 7, text.length]) {
      it(`goes on after ${name} (pieces of ${step})`, () => assert.deepEqual(summary(read(text, step)), expected));
    }
  }

  it('gives up on a flood of bytes without a header', () => {
    assert.equal(
      read('x'.repeat(100_000), 1000).every((frame) => frame.kind === 'broken'),
      true,
    );
  });
});
