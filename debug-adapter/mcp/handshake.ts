/** From the first word to the running build. */
import type { Adapter } from '../cli/adapter.js';
import type { Breakpoints } from '../cli/breakpoints.js';
import type { Machine } from '../cli/machine.js';
import type { Order, StopKind } from './order.js';

/** What the two sides are told. */
export interface Parties {
  readonly adapter: Adapter;
  readonly order: Order;
  /** Knows by then where the Dockerfile is, also when a definition says so. */
  readonly machine: Machine;
  readonly breakpoints: Breakpoints;
  readonly stopOn: readonly StopKind[];
  /** Settles with the adapter's `initialized`. */
  readonly ready: Promise<void>;
}

/** Initialize, breakpoints, launch; rejects with `Refusal` when the adapter cannot launch the build. */
export async function handshake({ adapter, order, machine, breakpoints, stopOn, ready }: Parties): Promise<void> {
  await adapter.request('initialize', {
    clientID: 'dockerfile-debug-mcp',
    clientName: 'Coding agent',
    adapterID: 'buildkit',
    linesStartAt1: true,
    columnsStartAt1: true,
    pathFormat: 'path',
    supportsProgressReporting: true,
  });
  const launched = adapter.request('launch', order.launch);
  await Promise.race([ready, launched.then(() => ready)]);
  breakpoints.names = true;
  await breakpoints.send(adapter, machine.path);
  await adapter.request('setExceptionBreakpoints', { filters: stopOn });
  await adapter.request('configurationDone');
  await launched;
}
