import type { Fields } from './fields.js';

/** What the client said of itself with `initialize`. Decide by these, never by its name: names are borrowed. */
export interface Client {
  readonly linesStartAt1: boolean;
  readonly columnsStartAt1: boolean;
  readonly usesUris: boolean;
  readonly runsTerminals: boolean;
  readonly showsProgress: boolean;
  readonly takesInvalidations: boolean;
  readonly showsColours: boolean;
  /** Its user types flags and has no launch.json; said with `speaksFlags`, which is our own. */
  readonly speaksFlags: boolean;
}

/** What the protocol says a client is that has not spoken yet. */
export const silentClient: Client = {
  linesStartAt1: true,
  columnsStartAt1: true,
  usesUris: false,
  runsTerminals: false,
  showsProgress: false,
  takesInvalidations: false,
  showsColours: false,
  speaksFlags: false,
};

/** Reads the arguments of `initialize`. */
export function readClient(args: Fields): Client {
  return {
    linesStartAt1: !args.isFalse('linesStartAt1'),
    columnsStartAt1: !args.isFalse('columnsStartAt1'),
    usesUris: args.optionalText('pathFormat') === 'uri',
    runsTerminals: args.flag('supportsRunInTerminalRequest'),
    showsProgress: args.flag('supportsProgressReporting'),
    takesInvalidations: args.flag('supportsInvalidatedEvent'),
    showsColours: args.flag('supportsANSIStyling'),
    speaksFlags: args.flag('speaksFlags'),
  };
}
