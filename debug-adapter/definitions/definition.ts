import type { LaunchArguments } from '../contract.js';

/** What a Compose or Bake file, or a record, says of one build. */
export interface Definition {
  /** In the middle of a sentence, e.g. `service api`. */
  readonly name: string;
  /** E.g. `Service api of /src/compose.yaml`. */
  readonly title: string;
  /** Paths in it are absolute. What a build leaves behind (outputs, cache exports) is not in it. */
  readonly launch: LaunchArguments;
  /** A Dockerfile that is written in the definition itself; then `launch` names none. */
  readonly inline: string | undefined;
  /** Builds of the same file whose results are taken as named contexts, by the name of the context. */
  readonly links: ReadonlyMap<string, Definition>;
  /** Images as they were, by the names under which they were asked for; both complete. */
  readonly pins: ReadonlyMap<string, string>;
  /** Where it is written, if a line is known. */
  readonly place: { readonly path: string; readonly line: number } | undefined;
  /** Of variables that its secrets are taken from: a file of variables may have them alone. */
  readonly values: Readonly<Record<string, string>>;
  /** What the user ought to know of it: variables that are not set, parts that are left out. */
  readonly notes: readonly string[];
}

/** Of a definition that says nothing of what images were. */
export const noPins: ReadonlyMap<string, string> = new Map();

/** A variable of the environment; undefined if it is not set. */
export type Variables = (name: string) => string | undefined;

/** A definition that cannot be used; the user can do something about it. */
export class DefinitionError extends Error {
  override readonly name = 'DefinitionError';

  /**
   * @param code stable, kebab-case, e.g. `compose-service-unknown`
   * @param what what happened and where, one or more sentences
   * @param hint what to do about it; may be empty
   * @param place absolute path, and line from 1, where it belongs to one
   */
  constructor(
    readonly code: string,
    what: string,
    readonly hint = '',
    readonly place?: { readonly path: string; readonly line: number },
    options?: { cause?: unknown },
  ) {
    super(what, options);
  }
}
