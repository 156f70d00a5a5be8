import * as vscode from 'vscode';
import { debugType } from '../debug/debug-type.js';
import { customRequest, type Sessions } from '../debug/sessions.js';
import { field } from '../debug/shape.js';
import { Standing } from '../debug/standing.js';
import { messageOf } from '../user-error.js';
import { parseTrees } from './answers.js';
import { filesScheme, type Location, locationOf, uriPath } from './location.js';
import { goneOn, Place } from './place.js';

/** What can be looked at where the user looks. */
export type View =
  | { readonly kind: 'none' }
  | { readonly kind: 'running' }
  | { readonly kind: 'asking' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'place'; readonly place: Place };

/** A file of a place; without a location, the top that holds its trees. */
export interface Located {
  readonly place: Place;
  readonly at: Location | undefined;
}

interface Known {
  readonly session: vscode.DebugSession;
  readonly threadId: number;
  readonly stop: number;
  readonly opened: Promise<Place>;
  place?: Place;
}

/** The stops that stand, each frame of them a place with files, and which of them is chosen in the Call Stack. */
export class Places implements vscode.Disposable {
  readonly #standings = new Map<string, Standing>();
  /** By session, thread, stop and frame. */
  readonly #known = new Map<string, Known>();
  readonly #places = new Map<string, Place>();
  readonly #dockerfiles = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #ended = new vscode.EventEmitter<Place>();
  readonly #subscriptions: vscode.Disposable;
  /** Names of an earlier window's stops must not come back. */
  readonly #prefix = `stop-${Date.now().toString(36)}`;
  #count = 0;
  #view: View = { kind: 'none' };

  /** Another place, or another reason why there is none. */
  readonly onDidChange = this.#changed.event;
  /** The build has gone on from a place. */
  readonly onDidEnd = this.#ended.event;

  constructor(sessions: Sessions) {
    this.#subscriptions = vscode.Disposable.from(
      this.#changed,
      this.#ended,
      vscode.debug.registerDebugAdapterTrackerFactory(debugType, {
        createDebugAdapterTracker: (session) => this.#track(session),
      }),
      vscode.debug.onDidChangeActiveStackItem((item) => void this.#look(item)),
      vscode.debug.onDidTerminateDebugSession((session) => {
        this.#standings.delete(session.id);
        this.#settle();
        this.#dockerfiles.delete(session.id);
      }),
      sessions.onEvent(({ session, event }) => {
        if (event.kind === 'build') this.#dockerfiles.set(session.id, event.body.path);
      }),
    );
  }

  /** What can be looked at now. */
  get view(): View {
    return this.#view;
  }

  /** The place that a URI is in, and where. Throws if its stop is over. */
  locate(uri: vscode.Uri): Located {
    const place = this.#places.get(uri.authority);
    if (place === undefined) throw goneOn();
    return { place, at: locationOf(uri.path) };
  }

  /** The place that a URI is in, if it stands. */
  find(uri: vscode.Uri): Place | undefined {
    return uri.scheme === filesScheme ? this.#places.get(uri.authority) : undefined;
  }

  /** The session that a place belongs to, and the Dockerfile that it builds. */
  origin(place: Place): { readonly session: vscode.DebugSession; readonly dockerfile: string | undefined } | undefined {
    const known = [...this.#known.values()].find((each) => each.place === place);
    return known && { session: known.session, dockerfile: this.#dockerfiles.get(known.session.id) };
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  #track(session: vscode.DebugSession): vscode.DebugAdapterTracker {
    const standing = new Standing();
    this.#standings.set(session.id, standing);
    return {
      onWillReceiveMessage: (message) => standing.sent(message),
      onDidSendMessage: (message) => {
        standing.received(message);
        this.#settle();
        if (field(message, 'event') === 'invalidated') this.#refresh(session);
      },
    };
  }

  /** Ends the places that no thread stands at any more. */
  #settle(): void {
    for (const [key, { session, threadId, stop, place }] of this.#known) {
      if (this.#standings.get(session.id)?.stopOf(threadId) === stop) continue;
      this.#known.delete(key);
      if (place === undefined) continue;
      place.end();
      this.#places.delete(place.authority);
      this.#ended.fire(place);
      if (this.#view.kind === 'place' && this.#view.place === place) this.#show({ kind: 'running' });
    }
  }

  #refresh(session: vscode.DebugSession): void {
    for (const known of this.#known.values()) {
      if (known.session.id === session.id) known.place?.refresh();
    }
    this.#changed.fire();
  }

  async #look(item: vscode.DebugThread | vscode.DebugStackFrame | undefined): Promise<void> {
    if (item === undefined || item.session.type !== debugType) {
      this.#show({ kind: 'none' });
      return;
    }
    const stop = this.#standings.get(item.session.id)?.stopOf(item.threadId);
    if (stop === undefined) {
      this.#show({ kind: 'running' });
      return;
    }
    // A thread alone is on its way to a frame.
    if (!(item instanceof vscode.DebugStackFrame)) return;
    const known = this.#open(item, stop);
    if (this.#view.kind !== 'place') this.#show({ kind: 'asking' });
    const view = await known.opened.then(
      (place): View => ({ kind: 'place', place }),
      (error: unknown): View => ({ kind: 'refused', why: messageOf(error) }),
    );
    const active = vscode.debug.activeStackItem;
    const isActive = active instanceof vscode.DebugStackFrame && active.frameId === item.frameId;
    if (isActive && active.session.id === item.session.id && [...this.#known.values()].includes(known)) {
      this.#show(view);
    }
  }

  #open({ session, threadId, frameId }: vscode.DebugStackFrame, stop: number): Known {
    const key = [session.id, threadId, stop, frameId].join(' ');
    const there = this.#known.get(key);
    if (there !== undefined) return there;
    const known: Known = { session, threadId, stop, opened: this.#askFor(session, { threadId, frameId }) };
    this.#known.set(key, known);
    void known.opened.then(
      (place) => {
        known.place = place;
        // The stop may be over by now.
        if (this.#known.get(key) === known) this.#places.set(place.authority, place);
        else place.end();
      },
      () => this.#known.get(key) === known && this.#known.delete(key),
    );
    return known;
  }

  async #askFor(session: vscode.DebugSession, focus: { threadId: number; frameId: number }): Promise<Place> {
    const stop = parseTrees(await customRequest(session, 'dockerfile/trees', focus));
    if (stop === undefined) throw new Error('The debug adapter answered dockerfile/trees with an unknown shape.');
    this.#count += 1;
    return new Place(`${this.#prefix}-${this.#count}`, stop, (name, args) => customRequest(session, name, args));
  }

  #show(view: View): void {
    if (view.kind === this.#view.kind && view.kind !== 'place' && view.kind !== 'refused') return;
    this.#view = view;
    this.#changed.fire();
  }
}

/** The URI of a file of a place. */
export function fileUri(place: Place, at: Location): vscode.Uri {
  return vscode.Uri.from({ scheme: filesScheme, authority: place.authority, path: uriPath(at) });
}

/** The URI of the folder that holds the trees of a place. */
export function topUri({ authority }: Place): vscode.Uri {
  return vscode.Uri.from({ scheme: filesScheme, authority, path: '/' });
}
