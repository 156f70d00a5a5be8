import { strict as assert } from 'node:assert';
import * as vscode from 'vscode';
import { extension } from './support.js';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
  };
}

async function manifest(): Promise<Manifest> {
  return (await extension()).packageJSON as Manifest;
}

describe('activation', () => {
  it('registers every command that package.json names', async () => {
    const { contributes } = await manifest();
    const known = new Set(await vscode.commands.getCommands(true));
    const missing = contributes.commands.map(({ command }) => command).filter((command) => !known.has(command));
    assert.deepEqual(missing, []);
  });

  it('names every command of a menu', async () => {
    const { contributes } = await manifest();
    const named = new Set(contributes.commands.map(({ command }) => command));
    const used = Object.values(contributes.menus).flatMap((items) => items.map(({ command }) => command));
    assert.deepEqual(
      used.filter((command) => !named.has(command)),
      [],
    );
  });
});
