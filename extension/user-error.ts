/** An error whose text is written for the user: what happened and where, and what to do about it. */
export class UserError extends Error {
  override readonly name = 'UserError';

  /**
   * @param text what happened, and where
   * @param hint what to do about it
   */
  constructor(
    text: string,
    readonly hint: string,
  ) {
    super(text);
  }
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
