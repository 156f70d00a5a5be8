import * as vscode from 'vscode';

/**
 * Starts the adapter in a process of its own. Because the command is `node`, VS Code forks the Node it ships with, so none
 * need be installed; and a build's data never holds up the extension host. `debugServer` in launch.json is VS Code's own.
 */
export function adapterFactory(extensionUri: vscode.Uri): vscode.DebugAdapterDescriptorFactory {
  const adapter = vscode.Uri.joinPath(extensionUri, 'dist', 'debug-adapter.js').fsPath;
  return { createDebugAdapterDescriptor: () => new vscode.DebugAdapterExecutable('node', [adapter]) };
}
