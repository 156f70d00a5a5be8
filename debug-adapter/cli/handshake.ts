/** From the first word to the running build. */
import { resolve } from 'node:path';
import type { Adapter } from './adapter.js';
import type { Breakpoints } from './breakpoints.js';
import type { BuildCommand } from './command-line.js';
import { type Fields, listOf, textOf } from './fields.js';
import type { Input } from './input.js';
import type { Machine } from './machine.js';
import type { World } from './world.js';

/** What the two sides are told. */
export interface Parties {
  readonly adapter: Adapter;
  readonly machine: Machine;
  readonly breakpoints: Breakpoints;
  readonly command: BuildCommand;
  readonly input: Input;
  readonly world: World;
  /** Settles with the adapter's `initialized`. */
  readonly ready: Promise<void>;
  readonly note: (text: string) => void;
}

/** Initialize, launch, breakpoints: the adapter's capabilities; rejects with `Refusal` when it cannot launch the build. */
export async function handshake(parties: Parties): Promise<Fields> {
  const { adapter, breakpoints, machine, ready } = parties;
  const capabilities = await introduce(parties);
  const launched = adapter.request('launch', launchArguments(parties));
  await Promise.race([ready, launched.then(() => ready)]);
  breakpoints.names = capabilities['supportsFunctionBreakpoints'] === true;
  addBreakpoints(parties);
  await breakpoints.send(adapter, machine.path);
  await dropRefused(parties);
  await adapter.request('setExceptionBreakpoints', { filters: exceptionFilters(capabilities) });
  await adapter.request('configurationDone');
  await launched;
  return capabilities;
}

function introduce({ adapter, world }: Parties): Promise<Fields> {
  return adapter.request('initialize', {
    clientID: 'dockerfile-debug',
    clientName: 'Terminal',
    adapterID: 'buildkit',
    linesStartAt1: true,
    columnsStartAt1: true,
    pathFormat: 'path',
    supportsProgressReporting: true,
    supportsRunInTerminalRequest: world.keyboard !== undefined,
    supportsANSIStyling: world.screen.colors.isColorSupported,
    speaksFlags: true,
  });
}

function launchArguments({ command, input, world }: Parties): object {
  const { stopOnEntry, noDebug, noPins, rescue, rescueTo, toolbox, trace } = command;
  return {
    ...{ cwd: world.cwd, args: input.args, stopOnEntry, noDebug, rescue },
    ...definitionArguments(command, world.cwd),
    ...(noPins && { pinImages: false }),
    ...(rescueTo !== undefined && { rescueTo }),
    ...(toolbox !== undefined && { toolbox }),
    ...(trace !== undefined && { trace }),
  };
}

/** Without files: `docker compose` and `docker buildx bake` look for usual ones, and so does the adapter. */
function definitionArguments({ definition }: BuildCommand, cwd: string): object {
  if (definition === undefined) return {};
  const { kind, files, name } = definition;
  if (kind === 'record') {
    // Without a name, where the user is says nothing: the files may be anywhere.
    const record = { record: resolve(cwd, files[0] ?? ''), cwd: undefined };
    return name === undefined ? record : { ...record, repository: resolve(cwd, name) };
  }
  if (kind === 'bake') return { bake: files, ...(name !== undefined && { bakeTarget: name }) };
  return { compose: files.length === 0 ? '.' : files, ...(name !== undefined && { service: name }) };
}

function addBreakpoints({ breakpoints, command, machine, note }: Parties): void {
  for (const place of command.breaks) {
    const known = breakpoints.add(place, machine.lines(machine.path));
    if (!known) note(`--break ${place}: the Dockerfile has no such stage or instruction.`);
  }
}

/** A Dockerfile that is elsewhere is not known yet, nor what it has. */
async function dropRefused({ adapter, breakpoints, machine, note }: Parties): Promise<void> {
  const { refused } = breakpoints;
  for (const { at, message } of refused) note(`--break ${at}: ${message}`);
  if (refused.length === 0 || machine.lines(machine.path).length === 0) return;
  if (breakpoints.dropRefused()) await breakpoints.send(adapter, machine.path);
}

/** The filters that the adapter has on by default. */
function exceptionFilters(capabilities: Fields): readonly string[] {
  const filters = listOf(capabilities['exceptionBreakpointFilters']);
  return filters.filter((filter) => filter['default'] === true).map((filter) => textOf(filter['filter']));
}
