/** How a user goes through a script, as orders to its shell. */
import type { Statement } from '../../dockerfile/script/model.js';
import type { Going } from '../api.js';
import type { Order } from './orders.js';

/** Where one goes from. */
export interface From {
  readonly statement: Statement;
  readonly statements: readonly Statement[];
  /** See `Order`. */
  readonly frame: string;
}

const none: ReadonlySet<number> = new Set();

/**
 * What the shell is told. A step over stops in the same call of a function or in one that called it, a step out in those only; what
 * is called meanwhile is another function, or the same one with a longer frame.
 */
export function orderTo(how: Exclude<Going, object>, from: From, breakpoints: ReadonlySet<number>): Order {
  if (how === 'stepIn') return { kind: 'each' };
  if (how === 'continue') return { kind: 'breakpoints', breakpoints };
  const { statement, statements, frame } = from;
  const functions = frame.split(',').slice(0, -1).map(Number);
  // Some functions do not tell that they are called: their frame is that of who called them.
  const tells = statement.inFunction !== undefined && functions.at(-1) === statement.inFunction;
  const callers = tells ? functions.slice(0, -1) : functions;
  const isOut = how === 'stepOut';
  if (isOut && statement.inFunction === undefined) return { kind: 'breakpoints', breakpoints };
  const own = isOut ? callers : [...callers, statement.inFunction];
  const wanted = statements.filter(({ inFunction }) => inFunction === undefined || own.includes(inFunction));
  return {
    kind: 'frame',
    breakpoints,
    statements: new Set(wanted.map(({ index }) => index)),
    frame: isOut ? callers.map((each) => `${each},`).join('') : frame,
  };
}

/** Statements at which an order stops wherever they come. */
export function breakpointsOf(order: Order): ReadonlySet<number> {
  return 'breakpoints' in order ? order.breakpoints : none;
}
