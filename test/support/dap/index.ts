/** Everything a test of the adapter needs; README.md tells how. */
export { type ClientOptions, DapClient, Refused, within } from './client.js';
export { type Golden, goldens } from './golden.js';
export type { Arguments, Body, Command, Entry, EventName, Events, Message } from './protocol.js';
export {
  type Ended,
  type Node,
  type Outcome,
  type Place,
  Session,
  type SessionOptions,
  type Stopped,
} from './session.js';
export type { Terminal } from './terminal.js';
export { Tmux } from './tmux.js';
export { type Replacement, tidy, transcript } from './transcript.js';
export { adapterPath, frame, type Exit, type Transport } from './wire.js';
export { type Files, Workspace } from './workspace.js';
