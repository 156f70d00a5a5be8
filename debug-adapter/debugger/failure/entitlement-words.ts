/** What the engine says about rights that a build asks for, in words that name those that there are. */
import { nearest } from '../../patterns/nearest.js';
import type { ImageWords } from './image-words.js';

const known = ['network.host', 'security.insecure', 'device'];

/** Undefined for what is about something else. */
export function entitlementWords(message: string, address: string): ImageWords | undefined {
  const [, unknown] = /unknown entitlement (\S+)/.exec(message) ?? [];
  if (unknown !== undefined) {
    const near = nearest(unknown, known);
    const meant = near === undefined ? '' : `Did you mean ${near}? `;
    return {
      code: 'entitlement-unknown',
      what: `There is no right "${unknown}" that a build could be given ("allow", --allow).`,
      hint: `${meant}There are ${known.slice(0, -1).join(', ')} and ${known.at(-1) ?? ''}.`,
    };
  }
  const [, refused] = /granting entitlement (\S+) is not allowed/.exec(message) ?? [];
  if (refused === undefined) return undefined;
  return {
    code: 'entitlement-refused',
    what: `The engine at ${address} is not set up to give a build the right ${refused}.`,
    hint: `Start buildkitd with --allow-insecure-entitlement ${refused}, or in Docker's daemon.json set "builder": { "entitlements": { "${refused.replace('.', '-')}": true } }.`,
  };
}
