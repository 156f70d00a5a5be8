/** BuildKit's warnings as problems on their lines. */
import type { VertexWarning } from '../../buildkit/gen/control.js';
import type { ProblemFact } from '../api.js';

/** A warning without a range is about the whole file: line 1. */
export function warningFact(warning: VertexWarning): ProblemFact {
  const decoder = new TextDecoder();
  const short = decoder.decode(warning.short);
  const detail = warning.detail.map((part) => decoder.decode(part)).join(' ');
  const line = warning.ranges[0]?.start?.line ?? 1;
  const endLine = warning.ranges.at(-1)?.end?.line ?? line;
  const code = /^(\w+):/.exec(short)?.[1] ?? 'warning';
  const base = { severity: 'warning', code, message: short, line, endLine } as const;
  return { ...base, ...(detail === '' ? {} : { hint: detail }), ...(warning.url === '' ? {} : { url: warning.url }) };
}
