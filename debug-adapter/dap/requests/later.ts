import type { Handler } from '../session.js';
import { againHandlers } from './again.js';
import { controlHandlers } from './control.js';
import { customHandlers } from './custom.js';
import { evaluateHandlers } from './evaluate.js';
import { stackHandlers } from './stack.js';
import { travelHandlers } from './travel.js';
import { treeHandlers } from './trees.js';
import { variableHandlers } from './variables.js';

/** Requests that a client sends once a build has begun, by name. */
export const laterHandlers: ReadonlyMap<string, Handler> = new Map<string, Handler>(
  Object.entries({
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
