import assert from 'node:assert/strict';
import { freeDescriptors } from '../../../../debug-adapter/debugger/inside/hook.js';
import { withoutTrace } from '../../../../debug-adapter/debugger/inside/trace.js';
import { listen } from '../../../../debug-adapter/debugger/inside/words.js';

describe('what the hook of a script says', () => {
  const said =
    'one\u001dtwo\u001dtoken at 12 1 7012 0,1,\u001dthree\u001dtok\u001dtoken written\u001d\u001dtoken in 3 8003 \u001d\u001dtoken done 3\u001dend\u001dtoken';
  for (const size of [1, 2, 7, 1000])
    it(`is understood in pieces of ${size} bytes`, () => {
      const ear = listen('token');
      const bytes = Buffer.from(said);
      let text = '';
      const words: unknown[] = [];
      for (let at = 0; at < bytes.length; at += size)
        for (const heard of ear.take(bytes.subarray(at, at + size)))
          if (heard.kind === 'text') text += Buffer.from(heard.data).toString();
          else words.push(heard);
      assert.equal(text + Buffer.from(ear.rest()).toString(), 'one\u001dtwothree\u001dtokend\u001dtoken');
      assert.deepEqual(words, [
        { kind: 'at', statement: 12, status: 1, count: 7012, frame: '0,1,' },
        { kind: 'written' },
        { kind: 'in', statement: 3, count: 8003, frame: '' },
        { kind: 'done', code: 3 },
      ]);
    });

  for (const size of [1, 2, 7, 1000])
    it(`is not seen in a trace, in pieces of ${size} bytes`, () => {
      const trace =
        '+ echo é\nno trace\n+ __dfd_at 3\n++ __dfd_at 4 word of mine\n+ __dfd_status=1\n+ case $__dfd_typed in\n9 > __dfd_at 3\n+ true';
      const filter = withoutTrace();
      const bytes = Buffer.from(trace);
      let text = '';
      for (let at = 0; at < bytes.length; at += size) text += filter.take(bytes.subarray(at, at + size));
      assert.equal(text + filter.rest(), '+ echo é\nno trace\n+ true');
    });

  it('has file descriptors of its own', () => {
    assert.deepEqual(freeDescriptors('echo 2>&1 >file 10>x'), { out: 7, error: 8, orders: 9 });
    assert.deepEqual(freeDescriptors('exec 9>lock; flock 9; cat <&8 >/dev/fd/7'), { out: 4, error: 5, orders: 6 });
    assert.equal(freeDescriptors('exec 3<a 4<b 5<c 6<d 7<e 8<f 9<g'), undefined);
  });
});
