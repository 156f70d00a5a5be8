/** What a session needs from the launch on; in one place, to be loaded in one piece. */
export { forward } from './events.js';
export { Lifecycle } from './lifecycle.js';
export { findHandler } from './requests/table.js';
