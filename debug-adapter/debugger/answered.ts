/** What a build needs once the frontend has answered; in one place, to be loaded in one piece. */
export { createRun } from './run/build-run.js';
export { createEvaluations, makePrograms } from './program/programs.js';
export { createToolbox } from './containers/toolbox.js';
