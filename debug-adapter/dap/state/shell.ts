import type { Frame } from '../../debugger/api.js';
import { property, type Group, type Value } from './value.js';

/** The group "Shell": where the script of a RUN stands, and what it has set. None for another frame. */
export function shellGroups(frame: Frame): readonly Group[] {
  const { live, statement } = frame;
  if (live === undefined || statement === undefined) return [];
  const { hasEnded, isListening, status } = live;
  const place: readonly Value[] = [
    property('command', `${statement.index + 1} of ${statement.count}: ${statement.text}`, {
      line: statement.startLine,
    }),
    property('$?', String(status), { type: hasEnded ? 'exit code of the RUN' : 'exit code of the command before' }),
  ];
  const children = async (signal: AbortSignal): Promise<readonly Value[]> => {
    if (!isListening) {
      const why = hasEnded ? 'the shell has ended' : 'the command is running';
      return [...place, { name: 'variables', value: `(${why})`, kind: 'virtual' }];
    }
    const variables = [...(await live.variables(signal))].map(([name, value]) => shellVariable(frame, name, value));
    return [...place, property('directory', await frame.directory(signal)), ...variables];
  };
  return [{ name: 'Shell', hint: 'locals', expensive: false, children }];
}

function shellVariable(frame: Frame, name: string, value: string): Value {
  return {
    name,
    value,
    kind: 'data',
    evaluateName: `$${name}`,
    async assign(text, signal) {
      await frame.override({ kind: 'variable', name, value: text }, signal);
      return 'value';
    },
  };
}
