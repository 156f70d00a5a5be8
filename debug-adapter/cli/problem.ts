import type { ProblemEvent } from '../contract.js';
import { type Fields, numberOf, textOf } from './fields.js';

/** Something to show on a line. */
export interface Problem {
  readonly path: string;
  readonly line: number;
  readonly endLine: number;
  readonly severity: ProblemEvent['severity'];
  readonly message: string;
  readonly hint: string;
}

/** Of the adapter's event. */
export function problemOf(body: Fields): Problem {
  const line = numberOf(body['line']) ?? 1;
  return {
    path: textOf(body['path']),
    line,
    endLine: numberOf(body['endLine']) ?? line,
    severity: body['severity'] === 'warning' ? 'warning' : 'error',
    message: textOf(body['message']),
    hint: textOf(body['hint']),
  };
}
