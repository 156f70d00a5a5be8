/** `--sbom`, `--provenance` and `--attest`: what a build is to say of itself. */
import type { LaunchArguments } from '../../contract.js';
import { UserError } from '../../debugger/errors.js';
import { nearest } from '../../dockerfile/locate.js';
import { csvField } from '../../definitions/csv-field.js';
import { type Field, readBoolean, readCsv } from './csv.js';

/** What may be written for each of the two that have a flag. */
const values = {
  provenance: 'There is true, false, and attributes such as mode=min or mode=max.',
  sbom: 'There is true, false, and attributes such as generator=IMAGE.',
} as const;

/** As the engine takes them; it says so only when all steps have run. */
const modes = ['min', 'max', 'full'];

/** In one map: type to its attributes; undefined switches it off. */
export function attestations(launch: LaunchArguments): ReadonlyMap<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  const add = (flag: string, text: string): void => {
    const fields = readCsv(flag, text);
    const type = fields.find(({ key }) => key === 'type')?.value;
    if (type === undefined)
      throw new UserError('attest', `The attestation "${text}" names no type.`, 'For example: type=sbom');
    for (const field of fields) check(field, flag, type);
    const off = fields.some(({ key, value }) => key === 'disabled' && readBoolean(value ?? 'true') === true);
    const kept = fields.filter(({ key }) => key !== 'disabled');
    const words = kept.map(({ key, value }) => csvField(value === undefined ? key : `${key}=${value}`));
    found.set(type, off ? undefined : words.join(','));
  };
  launch.attests?.forEach((text) => {
    add('--attest', text);
  });
  for (const type of ['provenance', 'sbom'] as const) {
    const text = launch[type];
    // buildx takes an empty one for none.
    if (text === undefined || text === '') continue;
    const on = typeof text === 'boolean' ? text : readBoolean(text);
    add(`--${type}`, on === undefined ? `type=${type},${text}` : `type=${type},disabled=${!on}`);
  }
  return found;
}

function check({ key, value }: Field, flag: string, type: string): void {
  const known = type === 'provenance' || type === 'sbom' ? values[type] : '';
  if (value === undefined && key === 'disabled') return;
  if (value === undefined) {
    const near = nearest(key, ['true', 'false']) ?? (type === 'provenance' && modes.includes(key) ? `mode=${key}` : '');
    throw new UserError('attest', `"${key}" is no value of ${flag}.`, meant(near, known));
  }
  if (key === 'disabled' && readBoolean(value) === undefined)
    throw new UserError('attest', `disabled=${value} of ${flag} is neither true nor false.`, known);
  if (key === 'mode' && type === 'provenance' && !modes.includes(value)) {
    const near = nearest(value, modes);
    const hint = meant(near === undefined ? '' : `mode=${near}`, 'There is mode=min and mode=max.');
    throw new UserError('attest', `mode=${value} of ${flag} is no mode.`, hint);
  }
}

function meant(near: string, known: string): string {
  return near === '' ? known : `Did you mean ${near}? ${known}`.trimEnd();
}
