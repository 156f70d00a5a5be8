/** What may stand behind a command of the console, word by word. */
import { askImage } from './image-words.js';
import type { TypedWord } from './typed-word.js';

/** Kinds of words that a command takes. */
export type Offer =
  | 'command'
  | 'state'
  | 'tree'
  | 'comparison'
  | 'line'
  | 'image-path'
  | 'own-path'
  | 'watchable'
  | 'watched'
  | 'argument';

/** A word and what it is. */
export interface Named {
  readonly label: string;
  readonly detail?: string;
}

/** Something that can stand at the caret; `start` counts from 0. */
export interface Choice extends Named {
  readonly start: number;
  readonly type?: 'file' | 'value' | 'function' | 'variable';
}

/** Where words come from. Each may fail: typing is no reason for a message. */
export interface OfferSources {
  readonly stageNames: () => readonly string[];
  /** Of instructions that the build comes by. */
  readonly lines: () => readonly Named[];
  readonly states: () => readonly string[];
  readonly trees: () => readonly Named[];
  readonly watched: () => readonly string[];
  readonly argumentNames: () => readonly string[];
  readonly variableNames: () => Promise<readonly string[]>;
  /** Names of this machine that a path may go on with; folders end with `/`. */
  readonly ownPaths: (started: string) => Promise<readonly string[]>;
  /** Output of a script in the image. */
  readonly askImage: (script: string) => Promise<string>;
}

/** What can stand in place of the typed word. */
export async function offered(
  offer: Offer,
  word: TypedWord,
  commands: readonly Named[],
  sources: OfferSources,
): Promise<readonly Choice[]> {
  const isVariable = offer === 'watchable' && word.text.startsWith('$');
  if (offer === 'image-path' || (offer === 'watchable' && !isVariable)) return imagePaths(word, sources);
  if (offer === 'own-path') {
    const paths = await sources.ownPaths(word.text);
    return paths.map((path) => ({ label: quoted(path, word), start: word.start, type: 'file' }));
  }
  const words = isVariable
    ? (await sources.variableNames()).map((name) => ({ label: `$${name}` }))
    : known(offer, word, commands, sources);
  const type = offer === 'command' ? 'function' : isVariable || offer === 'argument' ? 'variable' : 'value';
  return words.filter(({ label }) => label.startsWith(word.text)).map((each) => ({ ...each, start: word.start, type }));
}

/** Words that nobody has to be asked for. */
function known(
  offer: Exclude<Offer, 'image-path' | 'own-path'>,
  word: TypedWord,
  commands: readonly Named[],
  sources: OfferSources,
): readonly Named[] {
  switch (offer) {
    case 'command': {
      const colon = word.text.startsWith(':') ? ':' : '';
      return commands.map((each) => ({ ...each, label: `${colon}${each.label}` }));
    }
    case 'state':
      return sources.states().map((label) => ({ label }));
    case 'tree':
      return trees(sources);
    case 'comparison':
      return [{ label: 'stage', detail: 'this stage so far' }, ...trees(sources)];
    case 'line':
      return sources.lines();
    case 'watched':
      return sources.watched().map((label) => ({ label }));
    case 'argument':
      return sources.argumentNames().map((name) => ({ label: `${name}=` }));
    case 'watchable':
      return [];
  }
}

function trees({ trees: all, lines, stageNames }: OfferSources): readonly Named[] {
  const own = [...all(), { label: 'base', detail: 'what this stage starts from' }];
  const taken = new Set(['stage', ...own.map(({ label }) => label)]);
  const stages = stageNames().map((name) => (taken.has(name) ? `stage:${name}` : name));
  return [...own, ...stages.map((label) => ({ label, detail: 'the end of this stage' })), ...lines()];
}

async function imagePaths(word: TypedWord, sources: OfferSources): Promise<readonly Choice[]> {
  const question = askImage({ ...word, command: false });
  if (question === undefined) return [];
  const found = question.read(await sources.askImage(question.script));
  return found.map(({ text, start }) => ({ label: text, start, type: 'file' }));
}

/** As the words of commands are read: behind backslashes, or in the quote that is open. */
function quoted(path: string, { quote }: TypedWord): string {
  return quote === '' ? path.replace(/[\s'"\\]/g, '\\$&') : `${quote}${path}`;
}
