import * as vscode from 'vscode';
import { isBuiltFile } from '../files/built-file.js';
import { isFolder, pathOf, textOf } from './launch-configuration.js';
import type { Sessions } from './sessions.js';

/** Tells the sessions which files of their build contexts are saved; the adapter itself looks at the Dockerfile. */
export function contextSaves(sessions: Sessions): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.workspace.onWillSaveTextDocument((event) => {
      const { uri } = event.document;
      if (uri.scheme === 'file' && sessions.building.length > 0) event.waitUntil(remember(sessions, uri));
    }),
    vscode.workspace.onDidSaveTextDocument(async ({ uri }) => {
      if (uri.scheme !== 'file') return;
      for (const { session, dockerfile, context: defined } of sessions.building) {
        const { configuration } = session;
        const context = textOf(configuration, 'context') ?? defined;
        const folder = pathOf(configuration, 'context', textOf(configuration, 'cwd') ?? '') ?? defined;
        if (context === undefined || folder === undefined || !isFolder(context)) continue;
        const question = { file: uri.fsPath, context: folder, dockerfile, read };
        const content = (await isBuiltFile(question)) ? await bytes(uri) : undefined;
        if (content !== undefined) sessions.saved(session, uri.fsPath, content);
      }
    }),
  );
}

/** What is on the disk before it is saved was built, unless it was saved since. */
async function remember(sessions: Sessions, uri: vscode.Uri): Promise<void> {
  const content = await bytes(uri);
  if (content === undefined) return;
  for (const { session } of sessions.building) sessions.willSave(session, uri.fsPath, content);
}

/** Content of a file; undefined when there is none. */
async function bytes(uri: vscode.Uri): Promise<Uint8Array | undefined> {
  return await vscode.workspace.fs.readFile(uri).then(
    (content) => content,
    () => undefined,
  );
}

/** Text of a file; undefined when there is none. */
async function read(path: string): Promise<string | undefined> {
  const content = await bytes(vscode.Uri.file(path));
  return content === undefined ? undefined : new TextDecoder().decode(content);
}
