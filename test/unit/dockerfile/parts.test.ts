import { deepEqual, equal } from 'node:assert/strict';
import { isImageName } from '../../../debug-adapter/dockerfile/image-name.js';
import { mountFields } from '../../../debug-adapter/dockerfile/mount.js';
import { nextWorkdir } from '../../../debug-adapter/dockerfile/paths.js';
import { formatPlatform, parsePlatform } from '../../../debug-adapter/dockerfile/platform.js';
import { parsePorts } from '../../../debug-adapter/dockerfile/ports.js';
import { isSignal } from '../../../debug-adapter/dockerfile/refusals.js';
import { Timeline } from '../../../debug-adapter/dockerfile/timeline.js';
import { jsonForm, pairs, quotedWords } from '../../../debug-adapter/dockerfile/words.js';

describe('parts of the evaluator', () => {
  it('platforms are normal', () => {
    const all = [
      'linux/amd64',
      'linux/arm64/v8',
      'linux/arm',
      'LINUX/aarch64',
      'linux/x86_64',
      'linux/arm/7',
      'linux/i386',
    ];
    deepEqual(
      all.map((text) => formatPlatform(parsePlatform(text), true)),
      ['linux/amd64', 'linux/arm64', 'linux/arm/v7', 'linux/arm64', 'linux/amd64', 'linux/arm/v7', 'linux/386'],
    );
    const windows = parsePlatform('windows(10.0.17763+win32k)/amd64');
    deepEqual([windows.os, windows.osVersion], ['windows', '10.0.17763']);
    equal(formatPlatform(windows, true), 'windows(10.0.17763+win32k)/amd64');
    equal(formatPlatform(windows, false), 'windows/amd64');
  });

  it('working directories follow from each other', () => {
    equal(nextWorkdir('/a', 'b/../c', 'linux'), '/a/c');
    equal(nextWorkdir('/a', '../../..', 'linux'), '/');
    equal(nextWorkdir('/a', '/x//y/', 'linux'), '/x//y/');
    equal(nextWorkdir('a', '', 'linux'), '/a');
    equal(nextWorkdir('C:\\app', 'sub\\x', 'windows'), '/app/sub/x');
    equal(nextWorkdir('/app', 'C:\\y', 'windows'), '/y');
  });

  it('ports', () => {
    deepEqual(parsePorts('80'), ['80/tcp']);
    deepEqual(parsePorts('1-3/UDP'), ['1/udp', '2/udp', '3/udp']);
    deepEqual(parsePorts('127.0.0.1:80:90'), ['90/tcp']);
    for (const wrong of ['', 'x', '3-1', '70000', '1/foo', '-1']) equal(parsePorts(wrong), undefined, wrong);
  });

  it('signals', () => {
    for (const right of ['SIGTERM', 'term', '9', 'SIGRTMIN+3', 'RTMAX-14']) equal(isSignal(right), true, right);
    for (const wrong of ['0', '', 'SIG', 'NOPE', 'RTMIN+16']) equal(isSignal(wrong), false, wrong);
  });

  it('names of images', () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    for (const right of [
      'a',
      'a:1',
      'b/c_d',
      'host:5000/a/b:x',
      `a@${digest}`,
      `a:1@${digest}`,
      '[::1]:80/a',
      'a--b',
    ]) {
      equal(isImageName(right), true, right);
    }
    for (const wrong of ['', 'A', 'a b', 'a:', '/a', 'a/', 'a..b', '0'.repeat(64), '$x'])
      equal(isImageName(wrong), false, wrong);
  });

  it('fields of a mount', () => {
    deepEqual(mountFields('Type=bind,ro,"a=b,c",x='), [
      { key: 'type', value: 'bind' },
      { key: 'ro', value: undefined },
      { key: 'a', value: 'b,c' },
      { key: 'x', value: '' },
    ]);
    equal(mountFields('"open'), undefined);
    equal(mountFields(''), undefined);
  });

  it('words and pairs', () => {
    deepEqual(quotedWords('a "b c"d \\  e\\ f', '\\'), ['a', '"b c"d', '\\ ', 'e\\ f']);
    deepEqual(pairs('a=1 b="x y"', '\\'), {
      ok: true,
      pairs: [
        { name: 'a', value: '1' },
        { name: 'b', value: '"x y"' },
      ],
    });
    deepEqual(pairs('a  b=c d', '\\'), { ok: true, pairs: [{ name: 'a', value: 'b=c d' }] });
    deepEqual(pairs('a=1 b', '\\'), { ok: false, word: 'b' });
    equal(jsonForm("['a']").kind, 'none');
    equal(jsonForm('["a", 1]').kind, 'mixed');
    deepEqual(jsonForm(' ["\\ud800"]'), { kind: 'strings', items: ['\uFFFD'] });
  });

  it('a timeline remembers every moment', () => {
    const line = new Timeline(new Map([['a', 1]]), true);
    line.set('b', 2);
    const middle = line.version;
    line.set('a', 3);
    deepEqual([...line.at(0)], [['a', 1]]);
    deepEqual(
      [...line.at(middle)],
      [
        ['a', 1],
        ['b', 2],
      ],
    );
    deepEqual(
      [...line.at(line.version)],
      [
        ['b', 2],
        ['a', 3],
      ],
    );
  });
});
