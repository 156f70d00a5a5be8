import * as vscode from 'vscode';
import type { CustomRequests, StateEvent } from '../../debug-adapter/contract.js';
import { EditedFiles } from '../files/edited-files.js';
import { debugType } from './debug-type.js';
import { type DebuggerEvent, parseEvent } from './events.js';

/** A checked custom event with the session that sent it. */
export interface SessionEvent {
  readonly session: vscode.DebugSession;
  readonly event: DebuggerEvent;
}

/** What is known of a session. */
interface Known {
  readonly session: vscode.DebugSession;
  readonly state?: StateEvent | undefined;
  /** Files that were saved since the build began. */
  readonly files?: EditedFiles;
  /** Absolute path of the Dockerfile; undefined until a build has begun. */
  readonly dockerfile?: string;
  /** Folder or URL, where a Compose or Bake file says it. */
  readonly context?: string;
}

/** A session that has begun to build. */
export interface Building {
  readonly session: vscode.DebugSession;
  readonly dockerfile: string;
  /** Undefined where the launch configuration says it. */
  readonly context: string | undefined;
}

/** What the debug sessions of our type say, as typed events; and what each one stands at. */
export class Sessions implements vscode.Disposable {
  readonly #events = new vscode.EventEmitter<SessionEvent>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #known = new Map<string, Known>();
  readonly #subscriptions: vscode.Disposable;

  /** Custom events of our sessions. */
  readonly onEvent = this.#events.event;
  /** The active session, its state or what was edited is another one. */
  readonly onDidChange = this.#changed.event;

  constructor(log: vscode.LogOutputChannel) {
    this.#subscriptions = vscode.Disposable.from(
      this.#events,
      this.#changed,
      vscode.debug.onDidReceiveDebugSessionCustomEvent(({ session, event, body }) => {
        if (session.type === debugType) {
          this.#receive(session, event, body, log);
        }
      }),
      vscode.debug.onDidTerminateDebugSession((session) => {
        this.#known.delete(session.id);
        this.#changed.fire();
      }),
      vscode.debug.onDidChangeActiveDebugSession(() => this.#changed.fire()),
    );
  }

  /** The session that commands without a session mean. */
  get active(): vscode.DebugSession | undefined {
    const session = vscode.debug.activeDebugSession;
    return session?.type === debugType ? session : undefined;
  }

  /** The state that the active session looks at; undefined while nothing has failed. */
  get state(): StateEvent | undefined {
    return this.#ofActive?.state;
  }

  /** A file that holds something else since the active session's build began; undefined for none. */
  get edited(): string | undefined {
    return this.#ofActive?.files?.first;
  }

  /** The sessions that have begun to build, with the Dockerfiles that they build. */
  get building(): readonly Building[] {
    return [...this.#known.values()].flatMap(({ session, dockerfile, context }) =>
      dockerfile === undefined ? [] : [{ session, dockerfile, context }],
    );
  }

  /** A file that a session may build from is about to be saved; `content` is what it holds yet. */
  willSave(session: vscode.DebugSession, path: string, content: Uint8Array): void {
    this.#known.get(session.id)?.files?.willSave(path, content);
  }

  /** A file that a session builds from was saved. */
  saved(session: vscode.DebugSession, path: string, content: Uint8Array): void {
    this.#known.get(session.id)?.files?.saved(path, content);
    this.#changed.fire();
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  #receive(session: vscode.DebugSession, name: string, body: unknown, log: vscode.LogOutputChannel): void {
    const event = parseEvent(name, body);
    if (event === undefined) {
      log.debug(`ignored event ${name}: ${JSON.stringify(body)}`);
      return;
    }
    const { kind, body: said } = event;
    if (kind === 'defined') this.#learn(session, { context: said.context });
    if (kind === 'state') this.#learn(session, { state: said });
    if (kind === 'saved') {
      this.#known.get(session.id)?.files?.set(said.path, said.edited);
      this.#changed.fire();
    }
    if (kind === 'build' && said.status === 'started') {
      this.#learn(session, { state: undefined, files: new EditedFiles(), dockerfile: said.path });
    } else if (kind === 'build') {
      this.#learn(session, { state: undefined });
    }
    this.#events.fire({ session, event });
  }

  get #ofActive(): Known | undefined {
    return this.active === undefined ? undefined : this.#known.get(this.active.id);
  }

  #learn(session: vscode.DebugSession, news: Partial<Known>): void {
    this.#known.set(session.id, { ...this.#known.get(session.id), session, ...news });
    this.#changed.fire();
  }
}

/** Sends one of the adapter's own requests. The answer is checked by who reads it. */
export async function customRequest<N extends keyof CustomRequests>(
  session: vscode.DebugSession,
  name: N,
  args: CustomRequests[N]['arguments'],
): Promise<unknown> {
  return await session.customRequest(name, args);
}
