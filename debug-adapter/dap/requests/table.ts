import type { Handler } from '../session.js';
import { breakpointHandlers } from './breakpoints.js';
import { controlHandlers } from './control.js';
import { customHandlers } from './custom.js';
import { evaluateHandlers } from './evaluate.js';
import { lifecycleHandlers } from './lifecycle.js';
import { stackHandlers } from './stack.js';
import { variableHandlers } from './variables.js';

/** All requests that are answered, by name. */
export const handlers: ReadonlyMap<string, Handler> = new Map<string, Handler>(
  Object.entries({
    ...lifecycleHandlers,
    ...breakpointHandlers,
    ...controlHandlers,
    ...stackHandlers,
    ...variableHandlers,
    ...evaluateHandlers,
    ...customHandlers,
  }),
);
