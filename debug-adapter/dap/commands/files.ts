import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileChange, Frame } from '../../debugger/api.js';
import { UserError } from '../../debugger/errors.js';
import { cleanImagePath } from '../../debugger/common/paths.js';
import { findFiles } from '../../debugger/trees/find.js';
import { lastName, saveTo, usualComparison } from '../requests/trees.js';
import { changeDetails, changesSummary } from '../state/changes.js';
import { bytes } from '../state/files.js';
import type { Session } from '../session.js';
import { sinceCommand } from './since.js';
import { ownPath } from './own-paths.js';
import type { Call, Command } from './table.js';
import { inQuotes, requireAtMost, type Takes } from './words.js';

/** So many lines are shown; the rest is counted. */
const mostLines = 200;
/** So many finds. */
const mostFinds = 100;
/** Names the file system that is looked into. */
const treeFlag = '--in=';

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

/** The state on screen, or the container of commands where only that has the path: what they wrote, what is mounted. */
async function treeWith(call: Call, path: string): Promise<string> {
  const { trees } = call.frame().frame;
  const shown = shownTree(call);
  if ((await trees.files(shown).stat(path, call.signal)) !== undefined) return shown;
  try {
    return (await trees.files('container').stat(path, call.signal)) === undefined ? shown : 'container';
  } catch (error) {
    // Where no container can be had, nobody has written anything in one.
    if (error instanceof UserError) return shown;
    throw error;
  }
}

/** What the words name, flags left out; the file system of `--in=TREE`. */
function readWords(words: readonly string[], takes: Takes): { words: readonly string[]; tree: string | undefined } {
  const [named, rest] = [words.filter(isTree), words.filter((word) => !isTree(word))];
  requireAtMost({ ...takes, most: takes.most ?? 0 }, rest);
  const tree = named.at(-1)?.slice(treeFlag.length);
  if (tree === '') throw new UserError('tree-missing', 'A file system follows --in at once.', 'E.g. --in=container');
  return { words: rest, tree };
}

function isTree(word: string): boolean {
  return word.startsWith(treeFlag) || `${word}=` === treeFlag;
}

async function pathIn(frame: Frame, word: string | undefined, example: string, signal: AbortSignal): Promise<string> {
  if (word === undefined)
    throw new UserError('path-missing', 'Say which path in the image is meant.', `E.g. ${example}`);
  return cleanImagePath(word, word.startsWith('/') ? '/' : await frame.directory(signal));
}

/** Where `cp` would put it: into a folder that is there or is written as one, and `~` is the user's own. */
async function placeFor(session: Session, path: string, word: string): Promise<string> {
  const target = ownPath(session.settings?.cwd ?? session.host.cwd, word);
  const there = await stat(target).catch(() => undefined);
  const isFolder = /[/\\]$/.test(word) || there?.isDirectory() === true;
  return isFolder ? join(target, lastName(path)) : target;
}

/** What is not there may be the beginning of a name with blanks. */
async function orInQuotes<T>(takes: Takes, words: readonly string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const meant = inQuotes(takes, words);
    if (!(error instanceof UserError) || error.code !== 'file-not-found' || !meant.includes('"')) throw error;
    throw new UserError(error.code, error.message, `Write what has blanks in quotes: ${meant}`, undefined, {
      cause: error,
    });
  }
}

function comparisonOf(frame: Frame, words: readonly string[], shown: string): ReturnType<typeof usualComparison> {
  const [from, to = shown] = words;
  if (from === undefined) return usualComparison(frame);
  if (words.length === 1 && /^\d+$/.test(from)) return frame.trees.ofLine(from);
  return from === 'stage'
    ? { ...frame.trees.compare('base', to), title: 'this stage so far' }
    : frame.trees.compare(from, to);
}

const blameTakes = {
  name: 'blame',
  paths: 1,
  example: ':blame /PATH [--in=TREE]',
  samples: [':blame /etc/passwd', ':blame "/srv/a b"', ':blame /etc/passwd --in=container'],
};

const findTakes = {
  name: 'find',
  paths: 2,
  example: ':find NAME [/FOLDER] [--in=TREE]',
  samples: [':find passwd', ':find *.log /var', ':find *.log --in=container'],
};

const saveTakes = {
  name: 'save',
  paths: 2,
  example: ':save [--force] /PATH [TO] [--in=TREE]',
  samples: [':save /src/config.log', ':save --force /src/reports out/', ':save /src/config.log --in=7'],
};

/** How `:diff` and `--in` name file systems. */
const treeNames = [
  'initial, failed or after: the state before the step, as it failed, at the end of the build',
  'container: where commands and shells of this stop run; context: what the builder gets of the build context',
  'base: what this stage starts from; a line: after its instruction; a stage: its end',
  'stage:base is the stage of that name, where a name is that of a file system above too; stage:0 is the first stage',
];

/** Commands about the files of the states of a build. */
export const fileCommands: readonly Command[] = [
  sinceCommand,
  {
    name: 'diff',
    help: 'files that this step changed, that of a line, the stage, or that differ between two states, lines, stages',
    example: ':diff [LINE | stage | A [B]]',
    samples: [':diff', ':diff 7', ':diff stage', ':diff 4 7', ':diff initial failed'],
    notes: treeNames,
    most: 2,
    offers: ['comparison', 'tree'],
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
    ...blameTakes,
    help: 'which instruction wrote a path last, or deleted it; of the state, or of what --in names',
    notes: treeNames,
    flags: [treeFlag],
    most: 2,
    offers: ['image-path'],
    run: async (call) => {
      const { words, tree } = readWords(call.words, { ...blameTakes, most: 1 });
      const { frame } = call.frame();
      const path = await pathIn(frame, words[0], ':blame /etc/passwd', call.signal);
      const chosen = tree === undefined ? await treeWith(call, path) : frame.trees.tree(tree);
      return (await frame.trees.blame(chosen, path, call.signal)).text;
    },
  },
  {
    ...findTakes,
    help: 'files of the state, or of what --in names, whose name holds a text or matches a pattern',
    notes: treeNames,
    flags: [treeFlag],
    most: 3,
    offers: ['image-path', 'image-path'],
    run: async (call) => {
      const { words, tree } = readWords(call.words, { ...findTakes, most: 2 });
      const [name, folder = '/'] = words;
      if (name === undefined) throw new UserError('name-missing', 'Say which name to look for.', 'E.g. :find *.log');
      const { frame } = call.frame();
      const place = tree === undefined ? shownTree(call) : frame.trees.tree(tree);
      const path = await pathIn(frame, folder, '', call.signal);
      const files = path === '/' ? await frame.trees.whole(place, call.signal) : frame.trees.files(place);
      const wanted = { path, name, limit: mostFinds };
      const { paths, more } = await orInQuotes(findTakes, call.words, () => findFiles(files, wanted, call.signal));
      return paths.length === 0 ? '(none)' : [...paths, ...(more ? ['… and more'] : [])].join('\n');
    },
  },
  {
    ...saveTakes,
    help: 'copy a file or folder of the state, or of what --in names, to this machine, into TO if that is a folder; --force replaces files that are there',
    notes: treeNames,
    flags: ['--force', treeFlag],
    most: 4,
    offers: ['image-path', 'own-path'],
    run: async (call) => {
      const overwrite = call.words.includes('--force');
      const named = call.words.filter((each) => each !== '--force');
      const { words, tree } = readWords(named, { ...saveTakes, most: 2 });
      const [word, place] = words;
      const { frame } = call.frame();
      const path = await pathIn(frame, word, ':save /src/config.log', call.signal);
      const chosen = tree === undefined ? await treeWith(call, path) : frame.trees.tree(tree);
      const target = { frame, tree: chosen, path };
      const to = place === undefined ? undefined : await placeFor(call.session, path, place);
      const saved = await orInQuotes(saveTakes, call.words, () =>
        saveTo(call.session, target, { to, overwrite }, call.signal),
      );
      if (saved.skipped.includes(path))
        throw new UserError('not-saved', `${path} was not saved: it is no file, or cannot be read.`);
      const skipped = saved.skipped.length === 0 ? '' : `\nNot saved: ${saved.skipped.join(', ')}`;
      return `${path} is in ${saved.path} now (${saved.files} ${saved.files === 1 ? 'file' : 'files'}, ${bytes(saved.bytes)}).${skipped}`;
    },
  },
];
