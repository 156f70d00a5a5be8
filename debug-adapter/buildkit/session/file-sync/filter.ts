import { compilePatterns, type FolderState, type Matcher } from '../../../patterns/matcher.js';
import { type BytePath, patternText } from './byte-path.js';

/** What the patterns said about a folder, for the entries in it. */
export interface FolderFilter {
  readonly include: FolderState | undefined;
  readonly exclude: FolderState | undefined;
}

export interface Filtered {
  /** The entry itself is sent. */
  readonly wanted: boolean;
  /** A folder that has to be entered: something in it may be wanted. */
  readonly enter: boolean;
  readonly state: FolderFilter;
}

/** Decides which entries are sent. */
export interface Filter {
  /** @param parent state of the entry's folder; undefined at the root */
  check(path: BytePath, isFolder: boolean, parent: FolderFilter | undefined): Filtered;
}

const open: FolderFilter = { include: undefined, exclude: undefined };
const everything: Filter = { check: () => ({ wanted: true, enter: true, state: open }) };

/** @throws PatternError for patterns that the engine's client refuses too */
export function createFilter(includes: readonly BytePath[], excludes: readonly BytePath[]): Filter {
  const windows = process.platform === 'win32';
  const matcher = (patterns: readonly BytePath[]): Matcher | undefined =>
    patterns.length === 0
      ? undefined
      : compilePatterns(
          patterns.map((pattern) => ({ pattern: patternText(pattern) })),
          { windows },
        );
  const include = matcher(includes);
  const exclude = matcher(excludes);
  if (include === undefined && exclude === undefined) return everything;
  return {
    check: (bytes, isFolder, parent) => {
      const path = patternText(bytes);
      let wanted = true;
      let enter = isFolder;
      const included = include?.step(path, parent?.include);
      if (included !== undefined && !included.verdict.excluded) {
        wanted = false;
        enter &&= include?.mayMatchBelow(path) === true;
        if (!enter) return { wanted, enter, state: open };
      }
      const excluded = exclude?.step(path, parent?.exclude);
      if (excluded?.verdict.excluded === true) {
        wanted = false;
        enter &&= exclude?.mayExceptBelow(path) === true;
      }
      return { wanted, enter, state: { include: included?.state, exclude: excluded?.state } };
    },
  };
}
