/** A tool cannot do what it is asked for; the text says why, and what to do. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}
