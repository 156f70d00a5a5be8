import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { eventually, extension } from './support.js';

const server = 'dockerfile-debugger.dockerfile-debugger/Dockerfile Debugger';

describe('the server for coding agents', () => {
  after(() => vscode.commands.executeCommand('workbench.mcp.stopServer', server));

  it('is started by the editor, and its tools are those of agents in chat', async () => {
    await extension();
    const tool = (end: string) => vscode.lm.tools.find(({ name }) => name.endsWith(end));
    await eventually(async () => {
      await vscode.commands.executeCommand('workbench.mcp.startServer', server, { waitForLiveTools: true });
      assert.ok(tool('build_start'), vscode.lm.tools.map(({ name }) => name).join(' '));
    });
    const status = tool('build_status');
    assert.ok(status);
    const answer = await vscode.lm.invokeTool(status.name, { input: {}, toolInvocationToken: undefined });
    assert.match(JSON.stringify(answer.content), /No build was started yet/);
  });
});
