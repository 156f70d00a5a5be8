/** What both programs share: sessions in this process, and how it ends. */
import { homedir } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import type { Session } from './dap/session.js';
import { startSession } from './dap/start.js';

const surroundings = { env: process.env, homeDir: homedir(), now: () => Date.now() };

/** All that are not over. */
export const sessions = new Set<Session>();

/** Called when a session ends that came to a build. */
let served: () => void = () => undefined;

/** Who wants to know of sessions that came to a build. */
export function onServed(listener: () => void): void {
  served = listener;
}

/** Serves one client on its streams. */
export function serve(streams: { readonly input: Readable; readonly output: Writable }, onClosed: () => void): Session {
  const session = startSession(streams, surroundings, {
    cwd: process.cwd(),
    onClosed: () => {
      sessions.delete(session);
      if (session.settings !== undefined) served();
      onClosed();
    },
  });
  sessions.add(session);
  return session;
}

/** Ends the process once what was written is out, or after a moment when nobody reads it. */
export function exit(code: number): void {
  setTimeout(() => process.exit(code), 200);
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}
