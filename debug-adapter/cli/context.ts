/** What the commands at the prompt work with. */
import type { Colors } from 'picocolors/types';
import type { Adapter } from './adapter.js';
import type { Breakpoints } from './breakpoints.js';
import type { Fields } from './fields.js';
import type { Machine } from './machine.js';
import type { Frame } from './stack.js';

/** What a command may use. */
export interface Context {
  readonly adapter: Adapter;
  readonly machine: Machine;
  readonly breakpoints: Breakpoints;
  readonly capabilities: Fields;
  readonly colors: Colors;
  /** The thread that is looked at, its stack, and which frame of it. */
  place: Place;
  readonly print: (text: string) => void;
}

/** Where the user looks. */
export interface Place {
  readonly threadId: number;
  /** '' when there is only one. */
  readonly platform: string;
  readonly frames: readonly Frame[];
  readonly index: number;
}

/** Whether the prompt comes back. */
export type Next = 'stay' | 'resume' | 'quit';

/** Carries out a command; `operand` is all that follows its name. */
export type Run = (context: Context, operand: string) => Promise<Next>;

/** Words that may stand behind a command; `earlier` is what stands between it and the word that is being typed. */
export type Offers = (context: Context, earlier: string) => readonly string[] | Promise<readonly string[]>;

/** The frame that evaluations and variables are about. */
export function frameOf({ place }: Context): Frame | undefined {
  return place.frames[place.index];
}
