/** All tools, in the order in which an agent meets them. */
import type { Tool } from '../tool.js';
import { breakpoints } from './breakpoints.js';
import { buildEnd } from './build-end.js';
import { buildLog } from './build-log.js';
import { buildStart } from './build-start.js';
import { buildStatus } from './build-status.js';
import { debuggerCommand } from './debugger-command.js';
import { go } from './go.js';
import { readPath } from './read-path.js';
import { runInStep } from './run-in-step.js';
import { variables } from './variables.js';

export const tools: readonly Tool[] = [
  buildStart,
  runInStep,
  go,
  debuggerCommand,
  readPath,
  variables,
  breakpoints,
  buildLog,
  buildStatus,
  buildEnd,
];
