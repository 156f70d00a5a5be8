/** One Compose file as YAML gave it. */
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isCollection, isNode, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';
import { othersIn } from './find-files.js';
import { DefinitionError } from '../definition.js';
import { recordOf } from '../fields.js';

/** A file that has been read. */
export interface ComposeDocument {
  /** Absolute. */
  readonly path: string;
  readonly content: Readonly<Record<string, unknown>>;
  /** Line from 1 of what is at these keys, or of the nearest thing around it. */
  readonly lineOf: (keys: readonly string[]) => number;
  /** Keys of what is tagged `!reset` or `!override`, joined by spaces: what an earlier file says of it is left out. */
  readonly dropped: ReadonlySet<string>;
}

/** Reads a file, or throws words with the line that YAML does not take. */
export async function readDocument(path: string): Promise<ComposeDocument> {
  return parse(path, await read(path));
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (isMissing) {
      const hint = await othersIn(dirname(path));
      throw new DefinitionError('compose-missing', `There is no Compose file ${path}.`, hint, undefined, {
        cause: error,
      });
    }
    const why = error instanceof Error ? error.message : String(error);
    throw new DefinitionError('compose-unreadable', `${path} cannot be read: ${why}`, '', undefined, { cause: error });
  }
}

function parse(path: string, text: string): ComposeDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { merge: true, lineCounter: lines, uniqueKeys: true, logLevel: 'silent' });
  const [error] = document.errors;
  if (error !== undefined) {
    const [first = ''] = error.message.split('\n');
    const what = `${path} is no YAML: ${first.replace(/ at line \d+, column \d+:?$/, '')}`;
    throw new DefinitionError('compose-syntax', `${what}.`, '', { path, line: lines.linePos(error.pos[0]).line });
  }
  const dropped = droppedIn(document);
  const content = recordOf(document.toJS({ maxAliasCount: 1000 }));
  if (content === undefined) {
    throw new DefinitionError('compose-empty', `${path} has no services.`, 'It starts with "services:".', {
      path,
      line: 1,
    });
  }
  return { path, content, dropped, lineOf: (keys) => lineOf(document, keys, lines) };
}

function lineOf(document: Document, keys: readonly string[], lines: LineCounter): number {
  for (let length = keys.length; length > 0; length -= 1) {
    const parent: unknown = length === 1 ? document.contents : document.getIn(keys.slice(0, length - 1), true);
    const pair = isCollection(parent)
      ? parent.items.find(
          (item) => typeof item === 'object' && item !== null && 'key' in item && keyOf(item.key) === keys[length - 1],
        )
      : undefined;
    const at =
      typeof pair === 'object' && pair !== null && 'key' in pair && isNode(pair.key) ? pair.key.range?.[0] : undefined;
    if (at !== undefined && at !== null) return lines.linePos(at).line;
  }
  return 1;
}

function keyOf(key: unknown): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}

/** What is reset is taken out of the document. */
function droppedIn(document: Document): ReadonlySet<string> {
  const dropped: { readonly keys: readonly string[]; readonly isReset: boolean }[] = [];
  visit(document, {
    Node: (_key, { tag }, path) => {
      if (tag !== '!reset' && tag !== '!override') return;
      const keys = path.flatMap((item) => ('key' in item && isScalar(item.key) ? [String(item.key.value)] : []));
      dropped.push({ keys, isReset: tag === '!reset' });
    },
  });
  for (const { keys, isReset } of dropped) if (isReset) document.deleteIn(keys);
  return new Set(dropped.map(({ keys }) => keys.join(' ')));
}
