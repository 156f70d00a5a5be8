import * as vscode from 'vscode';
import { field } from '../debug/shape.js';
import { filesScheme, type Location } from '../files/location.js';
import { type FileNode, locationOfNode } from '../files/nodes.js';
import { Place } from '../files/place.js';
import { fileUri, type Places } from '../files/places.js';
import { UserError } from '../user-error.js';

/** A file of a stop that a command means. */
export interface FileTarget {
  readonly place: Place;
  readonly at: Location;
  readonly uri: vscode.Uri;
  /** The row that was clicked, if it was one. */
  readonly node?: FileNode;
}

/** The file that a command means: a row of Image Files, a file's URI, or what is in the active editor. */
export function targetOf(places: Places, argument: unknown): FileTarget {
  if (isNode(argument)) {
    const at = locationOfNode(argument);
    if (at !== undefined) return { place: argument.place, at, uri: fileUri(argument.place, at), node: argument };
  }
  const uri = argument instanceof vscode.Uri ? argument : activeUri();
  if (uri?.scheme !== filesScheme) throw noFile();
  const { place, at } = places.locate(uri);
  if (at === undefined) throw noFile();
  return { place, at, uri };
}

/** The files that a command means: all selected rows, if the clicked one is among them. */
export function targetsOf(places: Places, argument: unknown, selected: unknown): readonly FileTarget[] {
  const nodes = Array.isArray(selected) ? selected.filter(isNode) : [];
  return nodes.length > 1 ? nodes.map((node) => targetOf(places, node)) : [targetOf(places, argument)];
}

/** The place that a command means: that of a row, else the one on screen. */
export function placeOf(places: Places, argument: unknown): Place {
  if (isNode(argument)) return argument.place;
  if (places.view.kind === 'place') return places.view.place;
  throw new UserError(
    vscode.l10n.t('No build stands still.'),
    vscode.l10n.t('Its files can be looked at when it has stopped, at a breakpoint or because a step failed.'),
  );
}

/** Whether something is a row of Image Files. */
export function isNode(value: unknown): value is FileNode {
  return field(value, 'place') instanceof Place && typeof field(value, 'kind') === 'string';
}

function activeUri(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const uri = field(input, 'modified') ?? field(input, 'uri');
  return uri instanceof vscode.Uri ? uri : undefined;
}

function noFile(): UserError {
  return new UserError(
    vscode.l10n.t('No file of the image is chosen.'),
    vscode.l10n.t('Choose one in Image Files, in the Run and Debug side bar.'),
  );
}
