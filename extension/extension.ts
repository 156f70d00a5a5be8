import * as vscode from 'vscode';
import { agentServer } from './agents.js';
import { offerToSave } from './commands/save-file.js';
import { type Command, commandTable } from './commands/table.js';
import { adapterFactory } from './debug/adapter-factory.js';
import { ConfigurationProvider } from './debug/configuration-provider.js';
import { contextSaves } from './debug/context-saves.js';
import { debugType } from './debug/debug-type.js';
import { dynamicConfigurations, initialConfigurations } from './debug/dynamic-configurations.js';
import { hoverExpressions } from './debug/hover-expressions.js';
import { Sessions } from './debug/sessions.js';
import { BytesDocuments } from './files/bytes-documents.js';
import { Places, topUri } from './files/places.js';
import { StopFiles } from './files/provider.js';
import { dockerfileDocuments } from './files/workspace.js';
import { languageFeatures } from './language/start.js';
import { answering } from './report.js';
import { section } from './settings.js';
import { argumentOffers } from './views/argument-offer.js';
import { ChangeBadges } from './views/change-badges.js';
import { StageCodeLenses } from './views/code-lens.js';
import { contextKeys } from './views/context-keys.js';
import { editedStatus } from './views/edited-status.js';
import { failedStepFixes, failedStepLenses, failedSteps } from './views/failed-steps.js';
import { fileDrag } from './views/file-drag.js';
import { FilesView } from './views/files-view.js';
import { Fixes } from './views/fixes.js';
import { GutterMarks } from './views/gutter.js';
import { Problems } from './views/problems.js';
import { stateStatus } from './views/state-status.js';

/** What other extensions and the tests of the editor can see. */
export interface Api {
  /** What is painted beside the lines of a Dockerfile: first line, counted from 0, and status. */
  readonly marks: (path: string) => readonly { readonly line: number; readonly status: string }[];
  /** The top of the files of the stop that is looked at; below it the trees. */
  readonly files: () => vscode.Uri | undefined;
}

/** Wires the parts together. Whatever is made here is disposed of by VS Code when the extension ends. */
export function activate(context: vscode.ExtensionContext): Api {
  const own = <T extends vscode.Disposable>(part: T): T => {
    context.subscriptions.push(part);
    return part;
  };
  const log = own(vscode.window.createOutputChannel('Dockerfile Debugger', { log: true }));
  const sessions = own(new Sessions(log));
  const gutter = own(new GutterMarks(context.extensionUri, sessions.onEvent));
  const problems = own(new Problems(sessions.onEvent));
  own(new Fixes(sessions.onEvent, dockerfileDocuments));
  own(contextKeys(sessions));
  own(stateStatus(sessions));
  const places = own(new Places(sessions));
  own(new StopFiles(places, offerToSave));
  const files = own(new FilesView(places, fileDrag(places)));
  own(new ChangeBadges(places, files.onDidLearn));
  own(editedStatus(sessions));
  own(contextSaves(sessions));
  own(argumentOffers(sessions, log));
  const failed = own(failedSteps(sessions, gutter));
  own(failedStepLenses(failed, dockerfileDocuments));
  own(failedStepFixes(failed, dockerfileDocuments));

  const { Dynamic, Initial } = vscode.DebugConfigurationProviderTriggerKind;
  const configurations = new ConfigurationProvider(log, context.logUri);
  own(vscode.debug.registerDebugAdapterDescriptorFactory(debugType, adapterFactory(context.extensionUri)));
  own(vscode.debug.registerDebugConfigurationProvider(debugType, configurations));
  own(vscode.debug.registerDebugConfigurationProvider(debugType, initialConfigurations, Initial));
  own(vscode.debug.registerDebugConfigurationProvider(debugType, dynamicConfigurations, Dynamic));

  own(vscode.languages.registerEvaluatableExpressionProvider(dockerfileDocuments, hoverExpressions));
  own(vscode.languages.registerCodeLensProvider(dockerfileDocuments, own(new StageCodeLenses())));
  own(agentServer(context));
  own(languageFeatures(context.extensionUri, log));

  const bytes = own(new BytesDocuments(places));
  for (const command of commandTable({ sessions, gutter, problems, places, files, bytes }))
    own(registered(command, log));
  return {
    marks: (path) => gutter.marks(path).map(({ span, status }) => ({ line: span.start, status })),
    files: () => (places.view.kind === 'place' ? topUri(places.view.place) : undefined),
  };
}

function registered({ name, run }: Command, log: vscode.LogOutputChannel): vscode.Disposable {
  return vscode.commands.registerCommand(`${section}.${name}`, async (...args: unknown[]) => {
    let result: unknown;
    await answering(log, async () => {
      result = await run(...args);
    });
    return result;
  });
}
