import * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import type { Offer } from './offers.js';

/** A language server that runs. */
export interface RunningClient {
  readonly stop: () => Promise<void>;
}

/** What the server asks of its client: which folder a Dockerfile is built with. */
export type ContextOf = (dockerfile: vscode.Uri) => Promise<string | undefined>;

/** Starts the language server in a process of its own. */
export async function startClient(
  module: string,
  offers: readonly Offer[],
  contextOf: ContextOf,
  log: vscode.LogOutputChannel,
): Promise<RunningClient> {
  const client = new LanguageClient(
    'dockerfileDebugger.languageServer',
    'Dockerfile Language Server',
    { module, transport: TransportKind.ipc },
    {
      documentSelector: [
        { scheme: 'file', language: 'dockerfile' },
        { scheme: 'untitled', language: 'dockerfile' },
      ],
      initializationOptions: { offers },
      outputChannel: log,
    },
  );
  client.onRequest('dockerfile/context', async ({ uri }: { readonly uri: string }) => {
    return (await contextOf(vscode.Uri.parse(uri))) ?? null;
  });
  await client.start();
  return { stop: async () => await client.dispose() };
}
