/** Offers the debugger to coding agents in chat: VS Code starts the server when one of its tools is wanted. */
import * as vscode from 'vscode';
import { onSettings, readSettings } from './settings.js';

/** As package.json names it. */
const id = 'dockerfileDebugger.agents';

/** Only names a command: nothing is read or started here. */
export function agentServer({ extension, extensionUri }: vscode.ExtensionContext): vscode.Disposable {
  // Editors that are made from VS Code may lack it.
  if (!('registerMcpServerDefinitionProvider' in vscode.lm)) return { dispose: () => undefined };
  const changed = new vscode.EventEmitter<void>();
  const cli = vscode.Uri.joinPath(extensionUri, 'dist', 'cli.js').fsPath;
  const version = String(Reflect.get(Object(extension.packageJSON), 'version') ?? '');
  const provider: vscode.McpServerDefinitionProvider = {
    onDidChangeMcpServerDefinitions: changed.event,
    provideMcpServerDefinitions: () => definitions(cli, version),
  };
  return vscode.Disposable.from(
    changed,
    vscode.lm.registerMcpServerDefinitionProvider(id, provider),
    onSettings(['agents', 'builder', 'toolbox'], () => changed.fire()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => changed.fire()),
    vscode.workspace.onDidChangeWorkspaceFolders(() => changed.fire()),
  );
}

/** A build runs what the workspace says, so that it has to be trusted. */
function definitions(cli: string, version: string): vscode.McpServerDefinition[] {
  const { agents, builder, toolbox } = readSettings();
  if (!agents || !vscode.workspace.isTrusted) return [];
  const options = [
    ...(builder === '' ? [] : ['--builder', builder]),
    ...(toolbox === '' ? [] : ['--toolbox', toolbox]),
  ];
  // The Node that VS Code brings, which in a desktop has to be told that it is one.
  const env = { ELECTRON_RUN_AS_NODE: '1' };
  const server = new vscode.McpStdioServerDefinition(
    'Dockerfile Debugger',
    process.execPath,
    [cli, 'mcp', ...options],
    env,
    version,
  );
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (folder?.scheme === 'file') server.cwd = folder;
  return [server];
}
