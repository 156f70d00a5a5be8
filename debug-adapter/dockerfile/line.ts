import type { Line1 } from './model.js';

function isLine1(value: number): value is Line1 {
  return Number.isSafeInteger(value) && value >= 1;
}

/** Brands a number that counts lines from 1. Anything else is a bug of the caller. */
export function line1(value: number): Line1 {
  if (!isLine1(value)) throw new RangeError(`Not a line number: ${value}`);
  return value;
}
