import type { FileChange, Frame } from '../../debugger/api.js';
import { UserError } from '../../debugger/errors.js';
import { cleanImagePath } from '../../debugger/paths.js';
import { findFiles } from '../../debugger/trees/find.js';
import { saveTo, usualComparison } from '../requests/trees.js';
import { changeDetails, changesSummary } from '../state/changes.js';
import { bytes } from '../state/files.js';
import type { Call, Command } from './table.js';

/** So many lines are shown; the rest is counted. */
const mostLines = 200;
/** So many finds. */
const mostFinds = 100;

const letters: Readonly<Record<FileChange['kind'], string>> = { added: 'A', changed: 'M', deleted: 'D' };

/** A change as one line: letter, path, size, what is different. */
function changeLine(change: FileChange): string {
  const { kind, path, type } = change;
  return [`${letters[kind]} ${path}${type === 'folder' ? '/' : ''}`, ...changeDetails(change)].join('  ');
}

/** The state on screen, by its name among the file systems. */
function shownTree({ frame }: Call): string {
  const { stop, frame: chosen } = frame();
  const atEnd = chosen.trees.list().some(({ tree }) => tree === 'after');
  return stop.state === 'failed' && chosen.trees.list().some(({ tree }) => tree === 'failed')
    ? 'failed'
    : atEnd
      ? 'after'
      : 'initial';
}

async function pathIn(frame: Frame, word: string | undefined, example: string, signal: AbortSignal): Promise<string> {
  if (word === undefined)
    throw new UserError('path-missing', 'Say which path in the image is meant.', `E.g. ${example}`);
  return cleanImagePath(word, word.startsWith('/') ? '/' : (await frame.config(signal)).workdir);
}

function comparisonOf(frame: Frame, words: readonly string[], shown: string): ReturnType<typeof usualComparison> {
  const [from, to = shown] = words;
  if (from === undefined) return usualComparison(frame);
  return from === 'stage'
    ? { ...frame.trees.compare('base', to), title: 'this stage so far' }
    : frame.trees.compare(from, to);
}

/** Commands about the files of the states of a build. */
export const fileCommands: readonly Command[] = [
  {
    name: 'diff',
    help: 'files that this step changed, or the stage, or that differ between two states, lines, stages',
    example: ':diff [stage | A [B]]',
    choices: ['stage', 'base', 'initial', 'failed', 'context'],
    run: async (call) => {
      const { frame } = call.frame();
      const comparison = comparisonOf(frame, call.words, shownTree(call));
      const changes = await frame.trees.changes(comparison, call.signal);
      const lines = changes.slice(0, mostLines).map(changeLine);
      const rest = changes.length - lines.length;
      const more = rest > 0 ? [`… ${rest} more`] : [];
      return [`${comparison.title}: ${changesSummary(changes)}`, ...lines, ...more].join('\n');
    },
  },
  {
    name: 'blame',
    help: 'which instruction wrote a path last, or deleted it',
    example: ':blame /PATH',
    run: async (call) => {
      const { frame } = call.frame();
      const path = await pathIn(frame, call.words[0], ':blame /etc/passwd', call.signal);
      return (await frame.trees.blame(shownTree(call), path, call.signal)).text;
    },
  },
  {
    name: 'find',
    help: 'files of the state whose name holds a text, or matches a pattern',
    example: ':find NAME [/FOLDER]',
    run: async (call) => {
      const [name, folder = '/'] = call.words;
      if (name === undefined) throw new UserError('name-missing', 'Say which name to look for.', 'E.g. :find *.log');
      const { frame } = call.frame();
      const files = frame.trees.files(shownTree(call));
      const path = await pathIn(frame, folder, '', call.signal);
      const { paths, more } = await findFiles(files, { path, name, limit: mostFinds }, call.signal);
      return paths.length === 0 ? '(none)' : [...paths, ...(more ? ['… and more'] : [])].join('\n');
    },
  },
  {
    name: 'save',
    help: 'copy a file or folder of the state to this machine; --force replaces what is there',
    example: ':save [--force] /PATH [TO]',
    choices: ['--force'],
    run: async (call) => {
      const overwrite = call.words.includes('--force');
      const [word, to] = call.words.filter((each) => each !== '--force');
      const { frame } = call.frame();
      const path = await pathIn(frame, word, ':save /src/config.log', call.signal);
      const target = { frame, tree: shownTree(call), path };
      const saved = await saveTo(call.session, target, { to, overwrite }, call.signal);
      const skipped = saved.skipped.length === 0 ? '' : `\nNot saved: ${saved.skipped.join(', ')}`;
      return `${path} is in ${saved.path} now (${saved.files} ${saved.files === 1 ? 'file' : 'files'}, ${bytes(saved.bytes)}).${skipped}`;
    },
  },
];
