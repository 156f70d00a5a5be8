/** Whether a build context is a URL that the engine fetches itself, as buildx decides it. */
export function isRemote(context: string): boolean {
  if (/^(?:https?|git|ssh):\/\//i.test(context)) return true;
  if (/^github\.com\/./.test(context)) return true;
  // git@host:path, with any user name; not a Windows drive, which has one letter and no @.
  return /^[\w.-]+@[\w.-]+:[^\\]/.test(context);
}
