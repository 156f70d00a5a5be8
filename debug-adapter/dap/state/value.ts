import type { Watched } from '../../debugger/api.js';

/** A line of the Variables view: text, and what is behind it when it is opened. Ids and counting are references.ts's. */
export interface Value {
  readonly name: string;
  readonly value: string;
  /** Where the value comes from, or what kind of thing it is; shown beside the name. */
  readonly type?: string;
  /** Expression that gives this value again. */
  readonly evaluateName?: string;
  /** Line of the Dockerfile that set it: editors link the name to it. */
  readonly line?: number;
  /** Text that an editor can open. */
  readonly content?: Content;
  readonly kind?: 'property' | 'data' | 'virtual';
  readonly children?: (signal: AbortSignal) => Promise<readonly Value[]> | readonly Value[];
  /** What a data breakpoint on it looks at. */
  readonly watched?: Watched;
  /** Gives it another value, for what runs here. Answers what was changed: the value of a build argument is worth a restart. */
  readonly assign?: (value: string, signal: AbortSignal) => Promise<'argument' | 'value'>;
  /** Costs time: the value is behind a button; its only child has it. */
  readonly lazy?: boolean;
  /** How many children, if known without asking: editors page then. */
  readonly count?: number;
}

/** Text behind a value, read when it is asked for. */
export interface Content {
  readonly name: string;
  readonly read: (signal: AbortSignal) => Promise<string>;
}

/** A group of the Variables view. */
export interface Group {
  readonly name: string;
  readonly hint?: 'arguments' | 'locals' | 'registers';
  /** Costs time: editors open it only when asked to. */
  readonly expensive: boolean;
  readonly children: (signal: AbortSignal) => Promise<readonly Value[]> | readonly Value[];
}

/** A plain value that belongs to the step. */
export function property(name: string, value: string, more: Partial<Value> = {}): Value {
  return { name, value, kind: 'property', ...more };
}
