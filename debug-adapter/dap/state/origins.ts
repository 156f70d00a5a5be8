import type { Origin, Variable } from '../../dockerfile/model.js';

/** Where a value comes from, in words. */
export function originWords(origin: Origin): string {
  switch (origin.kind) {
    case 'line':
      return `set on line ${origin.line}`;
    case 'default':
      return `default of line ${origin.line}`;
    case 'build-arg':
      return origin.overrides === undefined
        ? 'given as build argument'
        : `given as build argument, in place of "${origin.overrides.value}" of line ${origin.overrides.line}`;
    case 'base-image':
      return 'from the base image';
    case 'linked':
      return 'of the build that is taken from';
    case 'predefined':
      return 'predefined by BuildKit';
    case 'platform':
      return 'from the platform';
    case 'override':
      return 'changed here';
    case 'shell':
      return 'set in this RUN';
  }
}

/** The line that a value comes from, if it is one of the Dockerfile's. */
export function originLine(origin: Origin): number | undefined {
  if (origin.kind === 'build-arg') return origin.overrides?.line;
  return origin.kind === 'line' || origin.kind === 'default' ? origin.line : undefined;
}

/** Members of a variable's line in the Variables view. */
export function originOf(variable: Variable): { readonly type: string; readonly line?: number } {
  const line = originLine(variable.origin);
  return { type: originWords(variable.origin), ...(line !== undefined && { line }) };
}
