import assert from 'node:assert/strict';
import { decodeHuffman } from '../../../../debug-adapter/buildkit/http2/huffman.js';

describe('Huffman codes of HPACK', () => {
  for (const [code, text] of [
    ['f1e3c2e5f23a6ba0ab90f4ff', 'www.example.com'],
    ['a8eb10649cbf', 'no-cache'],
    ['25a849e95bb8e8b4bf', 'custom-value'],
    ['d07abe941054d444a8200595040b8166e082a62d1bff', 'Mon, 21 Oct 2013 20:13:21 GMT'],
    ['9d29ad171863c78f0b97c8e9ae82ae43d3', 'https://www.example.com'],
    [
      '94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007',
      'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1',
    ],
  ] as const) {
    it(`of "${text}" (RFC 7541, appendix C)`, () => {
      assert.equal(decodeHuffman(Buffer.from(code, 'hex'))?.toString('latin1'), text);
    });
  }

  it('of more than eight bits, among others (RFC 7541, appendix B)', () => {
    for (const [code, text] of [
      ['ffc7', '\0'],
      ['fffe1f', '\\'],
      ['fffffff3', '\n'],
      ['1fffffff83', 'a\na'],
      ['fffffbbf', '\u00ff'],
    ] as const)
      assert.equal(decodeHuffman(Buffer.from(code, 'hex'))?.toString('latin1'), text);
  });

  it('reject the end mark and padding that is too long or no padding', () => {
    assert.equal(decodeHuffman(Buffer.alloc(5, 0xff)), undefined);
    assert.equal(decodeHuffman(Buffer.from('a8eb10649cbfffff', 'hex')), undefined);
    assert.equal(decodeHuffman(Buffer.from('a8eb10649cbc', 'hex')), undefined);
  });
});
