import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { extension, open, Recorder, stopAll, workspace } from './support.js';

/** Presses F5 and gives the configuration that VS Code started. */
async function pressF5(): Promise<vscode.DebugConfiguration> {
  const started = new Promise<vscode.DebugSession>((resolve) => {
    const subscription = vscode.debug.onDidStartDebugSession((session) => {
      subscription.dispose();
      resolve(session);
    });
  });
  await vscode.commands.executeCommand('workbench.action.debug.start');
  return (await started).configuration;
}

describe('F5 without launch.json', () => {
  let recorder: Recorder;

  before(async () => {
    await extension();
  });

  beforeEach(() => {
    recorder = new Recorder();
  });

  afterEach(async () => {
    recorder.dispose();
    await stopAll();
  });

  it('builds the Dockerfile in the active editor with the workspace folder', async () => {
    const file = join(workspace('failing'), 'Dockerfile');
    await open(file);
    const { type, dockerfile, context } = (await pressF5()) as Readonly<Record<string, unknown>>;
    assert.deepEqual(
      { type, dockerfile, context },
      { type: 'buildkit', dockerfile: file, context: workspace('failing') },
    );
    await recorder.event('stopped');
  });

  it('takes the folder of a service whose files its Dockerfile copies', async () => {
    await open(join(workspace('monorepo'), 'services/api/Dockerfile'));
    const { context } = await pressF5();
    assert.equal(context, join(workspace('monorepo'), 'services/api'));
    await recorder.event('terminated');
  });

  it('takes the workspace folder when the Dockerfile is written for it', async () => {
    await open(join(workspace('monorepo'), 'services/web/Dockerfile'));
    const { context } = await pressF5();
    assert.equal(context, workspace('monorepo'));
    await recorder.event('terminated');
  });
});

describe('a launch configuration', () => {
  it('that names a missing Dockerfile does not start', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0];
    const configuration = { type: 'buildkit', request: 'launch', name: 'missing', dockerfile: 'nowhere/Dockerfile' };
    assert.equal(await vscode.debug.startDebugging(folder, configuration), false);
    await vscode.commands.executeCommand('notifications.clearAll');
  });
});
