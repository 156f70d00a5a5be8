/** What the shell of a script is told where it stands. */

/** What to stop at next. Statements are numbers. */
export type Order =
  /** Before whatever comes. */
  | { readonly kind: 'each' }
  | { readonly kind: 'breakpoints'; readonly breakpoints: ReadonlySet<number> }
  /**
   * There, and before some statements in a frame or in those that called it.
   *
   * @property frame numbers of functions that have called each other, outermost first, with a comma after each
   */
  | {
      readonly kind: 'frame';
      readonly breakpoints: ReadonlySet<number>;
      readonly statements: ReadonlySet<number>;
      readonly frame: string;
    }
  /** @property count what the shell has counted there */
  | { readonly kind: 'count'; readonly statement: number; readonly count: number };

/** Where a shell stands, as far as an order is about it. */
export interface Spot {
  readonly statement: number;
  readonly count: number;
  readonly frame: string;
}

/** Whether an order means a place. A shell may stop where the order does not mean it: then it has something else to be told. */
export function isMeant(order: Order, { statement, count, frame }: Spot): boolean {
  switch (order.kind) {
    case 'each':
      return true;
    case 'breakpoints':
      return false;
    case 'frame':
      return order.statements.has(statement) && order.frame.startsWith(frame);
    case 'count':
      return order.statement === statement && order.count === count;
  }
}

/**
 * Lets the script go on.
 *
 * @param statements how many there are
 * @param news path of the file that asks the shell to stop at the next statement
 */
export function goOn(order: Order, statements: number, news: string): string {
  const fields = fieldsOf(order, statements);
  return ['go', ...fields, news].join('|') + '\n';
}

/** Breakpoints, what else calls the hook, frame, count. */
function fieldsOf(order: Order, statements: number): readonly [string, string, string, string] {
  switch (order.kind) {
    case 'each':
      return ['*', listed(Array.from({ length: statements }, (_, index) => index)), '', ''];
    case 'breakpoints':
      return [listed(order.breakpoints), listed(order.breakpoints), '', ''];
    case 'frame':
      return [listed(order.breakpoints), listed(new Set([...order.breakpoints, ...order.statements])), order.frame, ''];
    case 'count':
      return [' ', listed([order.statement]), '', String(order.count)];
  }
}

function listed(numbers: Iterable<number>): string {
  return ` ${[...numbers].map((each) => `${each} `).join('')}`;
}

/**
 * An order to run a text in the shell of the script.
 *
 * @param forget in a copy of it, so that nothing changes but files
 */
export function orderFor(text: string, forget: boolean): string {
  // The options that the hook has put aside are those of the script: it sets them again, unless they are switched off.
  const off = [...text.matchAll(/\bset[ \t]+\+([a-z]+)/g)].map(([, letters = '']) => letters).join('');
  const kept = ['x', 'u'].filter((option) => off.includes(option)).map((option) => `__dfd_${option}=; `);
  const escaped = `${kept.join('')}${text}`.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return `${forget ? 'try' : 'eval'} ${escaped}\n`;
}
