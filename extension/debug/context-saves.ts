import * as vscode from 'vscode';
import { isBuiltFile } from '../files/built-file.js';
import { isFolder, pathOf, textOf } from './launch-configuration.js';
import type { Sessions } from './sessions.js';

/** Marks the sessions whose build context has a file that was saved; the adapter itself looks at the Dockerfile. */
export function contextSaves(sessions: Sessions): vscode.Disposable {
  return vscode.workspace.onDidSaveTextDocument(async ({ uri }) => {
    if (uri.scheme !== 'file') return;
    for (const { session, dockerfile } of sessions.building) {
      const { configuration } = session;
      const context = textOf(configuration, 'context');
      const folder = pathOf(configuration, 'context', textOf(configuration, 'cwd') ?? '');
      if (context === undefined || folder === undefined || !isFolder(context)) continue;
      const question = { file: uri.fsPath, context: folder, dockerfile, read };
      if (await isBuiltFile(question)) sessions.setEdited(session, uri.fsPath);
    }
  });
}

/** Text of a file; undefined when there is none. */
async function read(path: string): Promise<string | undefined> {
  return await vscode.workspace.fs.readFile(vscode.Uri.file(path)).then(
    (bytes) => new TextDecoder().decode(bytes),
    () => undefined,
  );
}
