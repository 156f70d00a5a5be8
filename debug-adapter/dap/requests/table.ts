import type { Handler } from '../session.js';
import { againHandlers } from './again.js';
import { breakpointHandlers } from './breakpoints.js';
import { controlHandlers } from './control.js';
import { customHandlers } from './custom.js';
import { evaluateHandlers } from './evaluate.js';
import { dataBreakpointHandlers } from './data-breakpoints.js';
import { lifecycleHandlers } from './lifecycle.js';
import { stackHandlers } from './stack.js';
import { travelHandlers } from './travel.js';
import { treeHandlers } from './trees.js';
import { variableHandlers } from './variables.js';

/** All requests that are answered, by name. */
export const handlers: ReadonlyMap<string, Handler> = new Map<string, Handler>(
  Object.entries({
    ...lifecycleHandlers,
    ...breakpointHandlers,
    ...dataBreakpointHandlers,
    ...controlHandlers,
    ...travelHandlers,
    ...stackHandlers,
    ...variableHandlers,
    ...evaluateHandlers,
    ...customHandlers,
    ...treeHandlers,
    ...againHandlers,
  }),
);
