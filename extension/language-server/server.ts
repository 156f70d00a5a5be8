import { fileURLToPath } from 'node:url';
import {
  type CompletionItem,
  createConnection,
  type InitializeParams,
  ProposedFeatures,
  type ServerCapabilities,
  TextDocuments,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { basicCapabilities, createService, serveBasics } from './basics.js';
import { contextFolder, listContext } from './context-folder.js';
import { complete } from './features/complete.js';
import { contextPaths } from './features/context-paths.js';
import { missingSources } from './features/missing-sources.js';
import { problems } from './features/problems.js';

/** Problems are looked for when nothing was typed for this long. */
const quietMs = 250;

const connection = createConnection(ProposedFeatures.all);
const documents = new TextDocuments(TextDocument);
const service = createService();
const timers = new Map<string, NodeJS.Timeout>();
let basics = false;

const textOf = ({ uri }: { uri: string }): string => documents.get(uri)?.getText() ?? '';

/** The build context is chosen by the client, which knows the workspace and its launch.json. */
async function contextOf(uri: string): Promise<{ folder: string; dockerfile: string } | undefined> {
  const folder: unknown = await connection.sendRequest('dockerfile/context', { uri });
  return typeof folder === 'string' && uri.startsWith('file:') ? { folder, dockerfile: fileURLToPath(uri) } : undefined;
}

async function diagnose(document: TextDocument): Promise<void> {
  const { uri, version } = document;
  const text = document.getText();
  const found = problems(text);
  const context = await contextOf(uri);
  if (context !== undefined) {
    found.push(...(await missingSources(text, await contextFolder(context.folder, context.dockerfile))));
  }
  if (documents.get(uri)?.version === version) {
    await connection.sendDiagnostics({ uri, version, diagnostics: found });
  }
}

function diagnoseSoon(document: TextDocument): void {
  clearTimeout(timers.get(document.uri));
  const timer = setTimeout(() => {
    timers.delete(document.uri);
    diagnose(document).catch((error: unknown) => connection.console.error(String(error)));
  }, quietMs);
  timers.set(document.uri, timer);
}

function capabilities(): ServerCapabilities {
  return {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
    completionProvider: { triggerCharacters: ['=', '$', '-', '/', ' '] },
    ...(basics && basicCapabilities),
  };
}

connection.onInitialize(({ initializationOptions }: InitializeParams) => {
  const options: unknown = initializationOptions;
  const offers: unknown =
    typeof options === 'object' && options !== null && 'offers' in options ? options.offers : undefined;
  basics = Array.isArray(offers) && offers.includes('basics');
  if (basics) {
    serveBasics(connection, service, textOf);
  }
  return { capabilities: capabilities(), serverInfo: { name: 'dockerfile-debugger' } };
});

connection.onCompletion(async ({ textDocument, position }): Promise<CompletionItem[]> => {
  const text = textOf(textDocument);
  const list = async (path: string): ReturnType<typeof listContext> => {
    const context = await contextOf(textDocument.uri);
    return context === undefined ? [] : await listContext(context.folder, context.dockerfile, path);
  };
  const words = basics ? await complete(service, text, position) : [];
  return [...words, ...(await contextPaths(text, position, list))];
});

documents.onDidChangeContent(({ document }) => diagnoseSoon(document));
documents.onDidSave(({ document }) => diagnoseSoon(document));
documents.onDidClose(({ document }) => {
  clearTimeout(timers.get(document.uri));
  timers.delete(document.uri);
  void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
});
documents.listen(connection);
connection.listen();
