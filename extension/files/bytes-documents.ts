import * as vscode from 'vscode';
import { hexDump } from './hex-dump.js';
import { bytesScheme } from './location.js';
import type { Place } from './place.js';
import type { Location } from './location.js';
import { fileUri, type Places } from './places.js';

/** Behind the name of the file, so that no language is meant. */
const suffix = '.hex';

/** So much of a file is shown, in bytes; in text it is five times as long. */
const mostBytes = 1 << 20;

/** Files of a stop byte by byte, as text that cannot be changed: `dockerfile-bytes://PLACE/TREE/PATH.hex`. */
export class BytesDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #places: Places;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #subscriptions: vscode.Disposable;

  readonly onDidChange = this.#changed.event;

  constructor(places: Places) {
    this.#places = places;
    this.#subscriptions = vscode.Disposable.from(
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(bytesScheme, this),
    );
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  /** Shows a file, as it is now. Throws words when it cannot be read. */
  async open(place: Place, at: Location): Promise<void> {
    const file = fileUri(place, at);
    const uri = file.with({ scheme: bytesScheme, path: file.path + suffix });
    if (vscode.workspace.textDocuments.some((each) => each.uri.toString() === uri.toString())) this.#changed.fire(uri);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const { place, at } = this.#places.locate(uri.with({ path: uri.path.slice(0, -suffix.length) }));
    if (at === undefined) throw vscode.FileSystemError.FileIsADirectory(uri);
    const [{ size }, bytes] = await Promise.all([
      place.stat(at).then((entry) => place.follow(at, entry)),
      place.piece(at, 0, mostBytes),
    ]);
    const rest = bytes.length < mostBytes ? 0 : size - bytes.length;
    return [...hexDump(bytes), ...(rest > 0 ? [restLine(rest, size)] : []), ''].join('\n');
  }
}

function restLine(rest: number, size: number): string {
  return vscode.l10n.t(
    '… {0} more of {1} bytes are not shown. The extension "Hex Editor" opens larger files; those that are saved to the workspace open whole.',
    rest,
    size,
  );
}
