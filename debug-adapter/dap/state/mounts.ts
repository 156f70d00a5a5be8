import type { Frame, MountFact } from '../../debugger/api.js';
import { quote } from '../../debugger/common/quote.js';
import { walkFiles } from '../../debugger/trees/walk-files.js';
import { bytes, placedValue } from './files.js';
import { property, type Value } from './value.js';

/** A value that is asked for by a click. */
function behindButton(name: string, ask: (signal: AbortSignal) => Promise<Value>): Value {
  return property(name, '', { lazy: true, children: async (signal) => [await ask(signal)] });
}

/** What is in it now, as commands at this stop see it. */
function contents(frame: Frame, target: string): readonly Value[] {
  const files = (): ReturnType<Frame['trees']['files']> => frame.trees.files('container');
  return [
    behindButton('contents', async (signal) => ({ ...(await placedValue(files(), target, signal)), name: 'contents' })),
    behindButton('size', async (signal) => {
      const top = await files().stat(target, signal);
      if (top?.type !== 'folder') return property('size', top === undefined ? '(nothing is there)' : bytes(top.size));
      let [size, count] = [0, 0];
      for await (const level of walkFiles(files(), target, signal))
        for (const { file } of level) if (file.type === 'file') [size, count] = [size + file.size, count + 1];
      return property('size', `${bytes(size)} in ${count} ${count === 1 ? 'file' : 'files'}`);
    }),
  ];
}

function readable(frame: Frame, target: string): Value {
  return behindButton('readable by this user', async (signal) => {
    const code = await frame.run(`test -r ${quote(target)}`, () => undefined, signal, { forget: true });
    return property('readable by this user', code === 0 ? 'yes' : 'no');
  });
}

function inside(frame: Frame, { type, target, options }: MountFact): readonly Value[] {
  const isProvided = options.some(([name, value]) => name === 'provided' && value === 'yes');
  switch (type) {
    case 'secret':
      return isProvided && target.startsWith('/') ? [readable(frame, target)] : [];
    case 'ssh':
      return [];
    default:
      return contents(frame, target);
  }
}

/** The scope "Mounts". Values of secrets are in none of it. */
export function mountValues(frame: Frame): readonly Value[] {
  return frame.mounts().map((mount) => {
    const { target, type, readOnly, options } = mount;
    const details = options.map(([name, value]) => (value === '' ? name : `${name}=${value}`));
    return {
      name: target,
      value: [type, ...details, ...(readOnly ? ['read-only'] : [])].join(', '),
      type,
      children: () => [
        property('type', type),
        ...options.map(([name, value]) => property(name, value)),
        property('read-only', String(readOnly)),
        ...inside(frame, mount),
      ],
    };
  });
}
