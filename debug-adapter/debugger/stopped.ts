/** What a build needs where it stands or fails; in one place, to be loaded in one piece. */
export { compileExpressions } from './explain/explain.js';
export { rescueFiles } from './rescue-files.js';
export { watchContext } from './saved-context.js';
export { createStop } from './stop.js';
export { describeStumble, tellFailure } from './stumble.js';
export { wentOn } from './went-on.js';
