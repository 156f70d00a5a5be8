/** The debugger without DAP, for what no request shows: a build that stands somewhere, driven by its own interface. */
import type { Frame, Stop } from '../../../debug-adapter/debugger/api.js';
import { createDebugger } from '../../../debug-adapter/debugger/debugger.js';
import type { LaunchArguments } from '../../../debug-adapter/contract.js';
import { parseLaunch } from '../../../debug-adapter/dap/launch/parse-launch.js';
import { buildSettings } from '../../../debug-adapter/dap/launch/settings.js';
import { Workspace, type Files } from '../../support/dap/workspace.js';

export interface Standing extends AsyncDisposable {
  readonly stop: Stop;
  /** The innermost one. */
  readonly frame: Frame;
}

/** Builds until the place (`# @stop NAME`), or until a step fails. */
export async function standAt(place: string | undefined, files: Files, launch: LaunchArguments): Promise<Standing> {
  const workspace = new Workspace(files);
  const created = createDebugger({ env: process.env, homeDir: workspace.root, now: Date.now });
  const signal = AbortSignal.timeout(60_000);
  const stopped = new Promise<Stop>((resolve, reject) => {
    created.on('stopped', ({ stop }) => resolve(stop));
    created.on('ended', ({ exitCode }) =>
      reject(new Error(`The build ended with ${exitCode} before it stood anywhere.`)),
    );
  });
  const given = { dockerfile: workspace.path(), context: workspace.root, ...launch };
  const parsed = parseLaunch(given, { cwd: workspace.root });
  await created.load(await buildSettings(parsed.launch, { env: process.env, homeDir: workspace.root, now: Date.now }));
  await created.prepare(signal, () => false);
  if (place !== undefined) created.setBreakpoints(workspace.path(), [{ line: workspace.line(place) }]);
  created.start();
  const stop = await stopped;
  const [frame] = stop.frames;
  if (frame === undefined) throw new Error('A stop without a frame.');
  return {
    stop,
    frame,
    async [Symbol.asyncDispose]() {
      await created[Symbol.asyncDispose]();
      workspace[Symbol.dispose]();
    },
  };
}
