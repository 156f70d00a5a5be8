import type { Sessions } from '../debug/sessions.js';
import { pickTarget } from '../files/pick.js';
import type { GutterMarks } from '../views/gutter.js';
import type { Problems } from '../views/problems.js';
import { fileCommands, type FileParts } from './files.js';
import { applyEdits, runAgain } from './again.js';
import { openShell, rerunStep, restartBuild, setState } from './at-stop.js';
import { debugDockerfile } from './debug-dockerfile.js';

/** What commands work on. */
export interface CommandParts extends FileParts {
  readonly sessions: Sessions;
  readonly gutter: GutterMarks;
  readonly problems: Problems;
}

/** A command of package.json, without its prefix. */
export interface Command {
  readonly name: string;
  readonly run: (...args: readonly unknown[]) => Promise<unknown>;
}

/** All commands. Their titles, icons and places are in package.json. */
export function commandTable(parts: CommandParts): readonly Command[] {
  const { sessions, gutter, problems } = parts;
  return [
    { name: 'debug', run: (file, target) => debugDockerfile(file, target) },
    { name: 'openShell', run: (...args) => openShell(sessions, args.at(-1)) },
    { name: 'switchState', run: () => setState(sessions) },
    { name: 'showInitialState', run: () => setState(sessions, 'initial') },
    { name: 'showFailedState', run: () => setState(sessions, 'failed') },
    { name: 'rerunStep', run: () => rerunStep(sessions) },
    { name: 'retryStep', run: (...args) => runAgain(parts, false, args) },
    { name: 'forceStep', run: (...args) => runAgain(parts, true, args) },
    { name: 'applyEdits', run: () => applyEdits(sessions) },
    { name: 'restartBuild', run: () => restartBuild(sessions) },
    {
      name: 'clearMarks',
      run: async () => {
        gutter.clear();
        problems.clear();
        return await Promise.resolve();
      },
    },
    { name: 'pickTarget', run: () => pickTarget() },
    ...fileCommands(parts),
  ];
}
