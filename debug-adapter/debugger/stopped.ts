/** What a build needs where it stands or fails; in one place, to be loaded in one piece. */
export { compileExpressions } from './failure/explain/explain.js';
export { rescueFiles } from './trees/rescue-files.js';
export { watchContext } from './sources/saved-context.js';
export { createStop } from './stop/stop.js';
export { describeStumble, tellFailure } from './failure/stumble.js';
export { wentOn } from './failure/went-on.js';
