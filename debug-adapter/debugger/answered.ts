/** What a build needs once the frontend has answered; in one place, to be loaded in one piece. */
export { createRun } from './build-run.js';
export { createEvaluations, makePrograms } from './programs.js';
export { createToolbox } from './toolbox.js';
