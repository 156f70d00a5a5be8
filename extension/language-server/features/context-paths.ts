import { type CompletionItem, CompletionItemKind, type Position } from 'vscode-languageserver/node';
import { pathInContext } from '../../../debug-adapter/dockerfile/paths.js';
import { parseDockerfile } from '../../../debug-adapter/dockerfile/parse.js';
import { copiesFromContext } from './copy-words.js';

/** A file or folder of the build context. */
export interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}

/**
 * Completes the paths of the build context in COPY and ADD.
 *
 * @param list names what is in a folder of it; '' is the context, others end with a slash
 */
export async function contextPaths(
  text: string,
  position: Position,
  list: (folder: string) => Promise<readonly Entry[]>,
): Promise<CompletionItem[]> {
  const instruction = parseDockerfile(text).instructions.find(
    ({ startLine, endLine }) => startLine - 1 <= position.line && position.line <= endLine - 1,
  );
  if (instruction === undefined || !copiesFromContext(instruction) || instruction.heredocs.length > 0) {
    return [];
  }
  const before = (text.split('\n')[position.line] ?? '').slice(0, position.character);
  // Only a line that goes on from another one may begin with a path.
  const isFirst = position.line === instruction.startLine - 1;
  const typed = (isFirst ? /(?<=[\s"[,])[^\s"[,]*$/ : /[^\s"[,]*$/).exec(before)?.[0];
  if (typed === undefined || typed.startsWith('-') || /[$<]/.test(typed)) {
    return [];
  }
  const slash = typed.lastIndexOf('/');
  const folder = pathInContext(typed.slice(0, slash + 1));
  const entries = await list(folder === '' ? '' : `${folder}/`);
  const range = {
    start: { line: position.line, character: position.character - (typed.length - slash - 1) },
    end: position,
  };
  return entries.map(({ name, isFolder }) => ({
    label: isFolder ? `${name}/` : name,
    kind: isFolder ? CompletionItemKind.Folder : CompletionItemKind.File,
    textEdit: { range, newText: isFolder ? `${name}/` : name },
    sortText: `${isFolder ? '1' : '0'}${name}`,
    ...(isFolder && { command: { title: '', command: 'editor.action.triggerSuggest' } }),
  }));
}
