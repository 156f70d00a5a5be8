import { DockerfileLanguageServiceFactory, type DockerfileLanguageService } from 'dockerfile-language-service';
import type {
  Connection,
  Position,
  SemanticTokensLegend,
  ServerCapabilities,
  TextDocumentIdentifier,
} from 'vscode-languageserver/node';

/** The text of an open document; empty when it is closed. */
export type TextOf = (document: TextDocumentIdentifier) => string;

/** The order in which the service numbers its tokens. */
const legend: SemanticTokensLegend = {
  tokenTypes: [
    'keyword',
    'comment',
    'parameter',
    'property',
    'namespace',
    'class',
    'macro',
    'string',
    'variable',
    'operator',
    'modifier',
  ],
  tokenModifiers: ['declaration', 'definition', 'deprecated'],
};

/** What the service can do, as the server announces it. */
export const basicCapabilities: ServerCapabilities = {
  hoverProvider: true,
  signatureHelpProvider: { triggerCharacters: ['[', ',', '"', ' ', '=', '-'] },
  definitionProvider: true,
  documentHighlightProvider: true,
  documentSymbolProvider: true,
  documentFormattingProvider: true,
  documentRangeFormattingProvider: true,
  documentOnTypeFormattingProvider: { firstTriggerCharacter: '\\', moreTriggerCharacter: ['`'] },
  foldingRangeProvider: true,
  renameProvider: { prepareProvider: true },
  semanticTokensProvider: { full: true, legend },
};

/** Makes the service that knows the language. */
export function createService(): DockerfileLanguageService {
  const service = DockerfileLanguageServiceFactory.createLanguageService();
  service.setCapabilities({
    completion: { completionItem: { snippetSupport: true, documentationFormat: ['markdown'] } },
    hover: { contentFormat: ['markdown'] },
  });
  return service;
}

/** Answers what the service answers by itself. */
export function serveBasics(connection: Connection, service: DockerfileLanguageService, textOf: TextOf): void {
  type At = { textDocument: TextDocumentIdentifier; position: Position };
  connection.onHover(({ textDocument, position }: At) => service.computeHover(textOf(textDocument), position));
  connection.onSignatureHelp(({ textDocument, position }: At) =>
    service.computeSignatureHelp(textOf(textDocument), position),
  );
  connection.onDefinition(({ textDocument, position }: At) =>
    service.computeDefinition(textDocument, textOf(textDocument), position),
  );
  connection.onDocumentHighlight(({ textDocument, position }: At) =>
    service.computeHighlightRanges(textOf(textDocument), position),
  );
  connection.onDocumentSymbol(({ textDocument }) => service.computeSymbols(textDocument, textOf(textDocument)));
  connection.onFoldingRanges(({ textDocument }) => service.computeFoldingRanges(textOf(textDocument)));
  connection.onPrepareRename(({ textDocument, position }: At) => service.prepareRename(textOf(textDocument), position));
  connection.onRenameRequest(({ textDocument, position, newName }) => ({
    changes: { [textDocument.uri]: service.computeRename(textDocument, textOf(textDocument), position, newName) },
  }));
  connection.onDocumentFormatting(({ textDocument, options }) => service.format(textOf(textDocument), options));
  connection.onDocumentRangeFormatting(({ textDocument, range, options }) =>
    service.formatRange(textOf(textDocument), range, options),
  );
  connection.onDocumentOnTypeFormatting(({ textDocument, position, ch, options }) =>
    service.formatOnType(textOf(textDocument), position, ch, options),
  );
  connection.languages.semanticTokens.on(({ textDocument }) => service.computeSemanticTokens(textOf(textDocument)));
}
