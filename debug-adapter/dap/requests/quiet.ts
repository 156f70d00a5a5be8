/** Requests whose failure editors show where it was asked; a message box on top of that would only be in the way. */
const quiet = new Set([
  'evaluate',
  'variables',
  'scopes',
  'stackTrace',
  'completions',
  'threads',
  'source',
  'locations',
  'exceptionInfo',
  'cancel',
  'breakpointLocations',
  'loadedSources',
  ...['files', 'stat', 'readFile', 'edit', 'find', 'trees', 'changes'].map((name) => `dockerfile/${name}`),
]);

/** Whether a failure of that request needs no message box. */
export function isQuiet(command: string): boolean {
  return quiet.has(command);
}
