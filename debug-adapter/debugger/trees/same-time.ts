/**
 * Whether two times of files can be one, in milliseconds since the epoch. Of some containers, and of old images, only
 * whole seconds are told.
 */
export function isSameTime(left: number | undefined, right: number | undefined): boolean {
  if (left === right) return true;
  if (left === undefined || right === undefined) return false;
  const isRounded = left % 1000 === 0 || right % 1000 === 0;
  return isRounded && Math.floor(left / 1000) === Math.floor(right / 1000);
}
