/** What stands before a statement. */
import { againName, briefName, counted, hookName, lastName, statusName, wantedName, wantsName } from './model.js';
import type { Pace } from './quick.js';

/**
 * A call of the function that the statement is told with, or what looks whether it has to be called. Its status is 0.
 *
 * @param argument what follows the number in a call: parameters, or the last word of the command before
 * @param pace of the statement; undefined where each time is told of
 * @param keepsStatus whether the statement asks for the status of the one before
 */
export function callOf(number: number, argument: string, pace: Pace | undefined, keepsStatus: boolean): string {
  if (pace === undefined) return `${hookName} ${number}${argument}`;
  if (pace === 'long') return `${againName} ${number}${argument}`;
  const count = counted(keepsStatus ? `${number}+0*(${statusName}=$?)` : number);
  const keepsWord = argument.includes('_');
  const passes = pace === 'quiet' ? '' : `;; *.${number}) ;; *) ${briefName} ${number}${keepsWord ? argument : ''}`;
  // One colon only: it is what tells the end of the count.
  const word = `${count}:$${wantsName}.$${lastName}`;
  return `case ${word} in *" ${number} "*|*00???:*|*!) ${wantedName} ${number}${argument}${passes};; esac`;
}
