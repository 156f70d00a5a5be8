import { UserError } from '../../debugger/errors.js';

const factors = ['', 'k', 'm', 'g', 't', 'p'];

/** Bytes of `64m`, `1.5GiB`, `1024`: powers of 1024, as the command line counts. */
export function readBytes(name: string, value: string | number): number {
  if (typeof value === 'number') return value;
  const [, digits, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([kmgtp]?)(?:i?b)?\s*$/i.exec(value) ?? [];
  if (digits === undefined) {
    throw new UserError('size', `"${value}" of "${name}" is no size.`, 'For example: 64m, 1g, or a number of bytes.');
  }
  return Math.floor(Number(digits) * 1024 ** factors.indexOf(unit.toLowerCase()));
}
