import * as vscode from 'vscode';
import type { CustomRequests, StateEvent } from '../../debug-adapter/contract.js';
import { debugType } from './debug-type.js';
import { type DebuggerEvent, parseEvent } from './events.js';

/** A checked custom event with the session that sent it. */
export interface SessionEvent {
  readonly session: vscode.DebugSession;
  readonly event: DebuggerEvent;
}

/** What the debug sessions of our type say, as typed events; and which state each one looks at. */
export class Sessions implements vscode.Disposable {
  readonly #events = new vscode.EventEmitter<SessionEvent>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #states = new Map<string, StateEvent>();
  readonly #subscriptions: vscode.Disposable;

  /** Custom events of our sessions. */
  readonly onEvent = this.#events.event;
  /** The active session, or its state, is another one. */
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
        this.#states.delete(session.id);
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
    return this.active === undefined ? undefined : this.#states.get(this.active.id);
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
    if (event.kind === 'state') {
      this.#states.set(session.id, event.body);
      this.#changed.fire();
    }
    if (event.kind === 'build' && this.#states.delete(session.id)) {
      this.#changed.fire();
    }
    this.#events.fire({ session, event });
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
