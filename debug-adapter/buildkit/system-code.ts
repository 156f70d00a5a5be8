/** The system's name of what went wrong, such as `ENOENT`; '' for errors that are not the system's. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
