/** Which view a build is shown in. */
import type { BuildCommand } from './command-line.js';
import type { Machine } from './machine.js';
import { liveView, plainView, type ProgressView, quietView } from './progress.js';
import type { World } from './world.js';

/** As `--progress` says, or as the terminal can. */
export function chooseView(command: BuildCommand, world: World, machine: Machine): ProgressView {
  const wanted = command.progress === 'auto' ? (world.drawable ? 'tty' : 'plain') : command.progress;
  switch (wanted) {
    case 'tty':
      return liveView(world.screen, machine.steps, (step) => machine.textOf(step));
    case 'plain':
      return plainView(world.screen);
    case 'quiet':
      return quietView(world.screen);
  }
}
