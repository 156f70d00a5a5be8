/** Data breakpoints: what a step did to a path or a variable. */
import type { Gateway } from '../../buildkit/api.js';
import { EngineError } from '../errors.js';

/** A file as far as a change of it is noticed. */
export interface Fingerprint {
  readonly size: number;
  readonly mode: number;
  readonly owner: string;
  readonly modified: bigint;
  readonly link: string;
  /** Content of small files: a step may write other bytes of the same length within one tick of the clock. */
  readonly content: string;
}

/** Files up to this many bytes are compared by content too. */
const COMPARED = 64 * 1024;
/** Of Go's mode bits: everything that makes a file another kind than a regular one. */
const KIND = 0x8f28_0000;

/** Looks at a path of an evaluated ref; '' is an empty file system. */
export async function fingerprint(
  gateway: Gateway,
  ref: string,
  path: string,
  signal: AbortSignal,
): Promise<Fingerprint | undefined> {
  if (ref === '') return undefined;
  try {
    const stat = await gateway.statFile(ref, path, { signal });
    const size = Number(stat.size);
    const isSmallFile = (stat.mode & KIND) === 0 && size > 0 && size <= COMPARED;
    const content = isSmallFile
      ? await gateway.readFile(ref, path, { offset: 0, length: size }, { signal })
      : undefined;
    return {
      size,
      mode: stat.mode,
      owner: `${stat.uid}:${stat.gid}`,
      modified: stat.modTime,
      link: stat.linkname,
      content: content === undefined ? '' : Buffer.from(content).toString('latin1'),
    };
  } catch (error) {
    if (error instanceof EngineError && /no such file|not a directory|not found/i.test(error.message)) return undefined;
    throw error;
  }
}

/** What happened to a path, in words such as `changed (12 to 14 bytes)`; undefined for nothing. */
export function changeOf(before: Fingerprint | undefined, after: Fingerprint | undefined): string | undefined {
  if (before === undefined) return after === undefined ? undefined : `created (${after.size} bytes)`;
  if (after === undefined) return 'deleted';
  const changes: string[] = [];
  if (before.size !== after.size) changes.push(`${before.size} to ${after.size} bytes`);
  else if (before.content !== after.content) changes.push('other content');
  if (before.mode !== after.mode) changes.push(`mode ${octal(before.mode)} to ${octal(after.mode)}`);
  if (before.owner !== after.owner) changes.push(`owner ${before.owner} to ${after.owner}`);
  if (before.link !== after.link) changes.push(`link to ${after.link}`);
  if (changes.length === 0 && before.modified !== after.modified) changes.push('written again');
  return changes.length === 0 ? undefined : `changed (${changes.join(', ')})`;
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(3, '0');
}

/** What happened to a variable; undefined for nothing. */
export function variableChange(before: string | undefined, after: string | undefined): string | undefined {
  if (before === after) return undefined;
  if (before === undefined) return `set to "${after}"`;
  return after === undefined ? 'unset' : `changed from "${before}" to "${after}"`;
}
