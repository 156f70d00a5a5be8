import * as vscode from 'vscode';
import { locationOf } from '../files/location.js';
import type { Places } from '../files/places.js';

/** Letters and colours of files that a step changed, in Image Files and on tabs. */
export class ChangeBadges implements vscode.FileDecorationProvider, vscode.Disposable {
  readonly #places: Places;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #subscriptions: vscode.Disposable;

  readonly onDidChangeFileDecorations = this.#changed.event;

  /** @param learned it is known what a step changed */
  constructor(places: Places, learned: vscode.Event<void>) {
    this.#places = places;
    this.#subscriptions = vscode.Disposable.from(
      this.#changed,
      learned(() => this.#changed.fire(undefined)),
      places.onDidEnd(() => this.#changed.fire(undefined)),
      vscode.window.registerFileDecorationProvider(this),
    );
  }

  async provideFileDecoration(uri: vscode.Uri): Promise<vscode.FileDecoration | undefined> {
    const place = this.#places.find(uri);
    const at = place && locationOf(uri.path);
    if (place === undefined || at === undefined) return undefined;
    const change = place.changeOf(at);
    return await Promise.resolve(change && badges[change.kind]);
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }
}

const badges = {
  added: new vscode.FileDecoration('A', vscode.l10n.t('Added by the step'), new vscode.ThemeColor('charts.green')),
  changed: new vscode.FileDecoration('M', vscode.l10n.t('Changed by the step'), new vscode.ThemeColor('charts.yellow')),
  deleted: new vscode.FileDecoration('D', vscode.l10n.t('Deleted by the step'), new vscode.ThemeColor('charts.red')),
};
