import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as vscode from 'vscode';
import type { Api } from '../../../extension/extension.js';

/** The workspaces that the runner made, by name. */
export function workspace(name: string): string {
  const top = process.env.DFD_TEST_WORKSPACES;
  assert.ok(top !== undefined, 'DFD_TEST_WORKSPACES is set by the runner');
  return join(top, name);
}

/** The extension under test, active. */
export async function extension(): Promise<vscode.Extension<Api>> {
  const found = vscode.extensions.getExtension<Api>('dockerfile-debugger.dockerfile-debugger');
  assert.ok(found, 'the extension is there');
  await found.activate();
  return found;
}

/** Opens a file in the editor, as a click in the Explorer does. */
export async function open(path: string): Promise<vscode.TextEditor> {
  return await vscode.window.showTextDocument(vscode.Uri.file(path));
}

/** Replaces a text of a document and saves it. */
export async function replace(editor: vscode.TextEditor, from: string, to: string): Promise<void> {
  const { document } = editor;
  const start = document.getText().indexOf(from);
  assert.notEqual(start, -1, `"${from}" is in the text`);
  const range = new vscode.Range(document.positionAt(start), document.positionAt(start + from.length));
  assert.ok(await editor.edit((edit) => edit.replace(range, to)));
  await document.save();
}

/** Waits until something holds, by looking again after events of VS Code; fails with what was wrong last. */
export async function eventually(check: () => void | Promise<void>, withinMs = 45_000): Promise<void> {
  const end = Date.now() + withinMs;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > end) {
        throw error;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** When one of our sessions said something last, in milliseconds since 1970. */
let lastSaid = 0;

/** Records all messages of our debug sessions; nothing that came early is missed. */
export class Recorder implements vscode.Disposable {
  readonly messages: DebugProtocol.ProtocolMessage[] = [];
  #read = 0;
  readonly #tracker = vscode.debug.registerDebugAdapterTrackerFactory('buildkit', {
    createDebugAdapterTracker: () => ({
      onDidSendMessage: (message: DebugProtocol.ProtocolMessage) => {
        lastSaid = Date.now();
        this.messages.push(message);
      },
    }),
  });

  /** The next event of a name that was not handed out before. */
  async event<T extends DebugProtocol.Event>(name: string): Promise<T> {
    let found: DebugProtocol.Event | undefined;
    await eventually(() => {
      const index = this.messages.findIndex((message, at) => at >= this.#read && isEvent(message, name));
      assert.notEqual(index, -1, `event ${name}; came: ${this.#names()}`);
      found = this.messages[index] as DebugProtocol.Event;
      this.#read = index + 1;
    }, 90_000);
    return found as T;
  }

  /** The latest event of a name. */
  last<T extends DebugProtocol.Event>(name: string): T | undefined {
    return this.messages.findLast((message) => isEvent(message, name)) as T | undefined;
  }

  dispose(): void {
    this.#tracker.dispose();
  }

  #names(): string {
    return this.messages.map((message) => ('event' in message ? String(message.event) : message.type)).join(' ');
  }
}

/** Starts a build that fails, waits until it has; gives the top of its files. */
export async function toFailure(api: Api, recorder: Recorder, name = 'touching'): Promise<vscode.Uri> {
  await open(join(workspace(name), 'Dockerfile'));
  await vscode.commands.executeCommand('workbench.action.debug.start');
  const { body } = await recorder.event<DebugProtocol.StoppedEvent>('stopped');
  assert.equal(body.reason, 'exception');
  let top: vscode.Uri | undefined;
  await eventually(() => {
    top = api.files();
    assert.ok(top !== undefined);
  });
  return top!;
}

/**
 * Ends all sessions and waits until they are gone. VS Code asks for a stack in two steps; a session that ends between
 * them gets the focus afterwards, and no later one does.
 */
export async function stopAll(): Promise<void> {
  await eventually(() => assert.ok(Date.now() - lastSaid > 700, 'a session has something to say'));
  // A session that is about to end by itself refuses; then there is nothing to do but to wait.
  await vscode.debug.stopDebugging().then(undefined, () => undefined);
  await eventually(() => assert.equal(vscode.debug.activeDebugSession, undefined));
  vscode.debug.removeBreakpoints(vscode.debug.breakpoints);
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

function isEvent(message: DebugProtocol.ProtocolMessage, name: string): message is DebugProtocol.Event {
  return message.type === 'event' && (message as DebugProtocol.Event).event === name;
}
