/** The errors of the engine client are the debugger's own: layers above import them from here. */
export { EngineError, UserError, type ErrorPlace } from '../buildkit/errors.js';
export { systemCode } from '../buildkit/system-code.js';
