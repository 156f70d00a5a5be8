/** The words behind `dockerfile-debug mcp`: few, for an agent says the rest with each build. */
import { parseArgs } from 'node:util';
import type { LaunchArguments } from '../contract.js';

/** What holds for builds that say nothing else. */
export type Defaults = Pick<LaunchArguments, 'builder' | 'toolbox'>;

export type CommandLine =
  | { readonly kind: 'serve'; readonly defaults: Defaults }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly text: string };

/** What `dockerfile-debug mcp --help` prints. */
export const usage = `Usage:  dockerfile-debug mcp [OPTIONS]

Speaks the Model Context Protocol on standard input and output, so that a coding agent can debug
container builds. The agent starts it, e.g.: claude mcp add dockerfile-debug -- dockerfile-debug mcp

Options, for builds that do not name their own:
      --builder NAME | ADDRESS      Engine to build with (default: found as docker does)
      --toolbox IMAGE | none        Tools for images without a shell (default: busybox:musl)
`;

const options = {
  builder: { type: 'string' },
  toolbox: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Reads them. */
export function readCommandLine(args: readonly string[]): CommandLine {
  try {
    const { help, builder, toolbox } = parseArgs({ args: [...args], options }).values;
    if (help === true) return { kind: 'help' };
    return {
      kind: 'serve',
      defaults: {
        ...(builder !== undefined && builder !== '' && { builder }),
        ...(toolbox !== undefined && toolbox !== '' && { toolbox }),
      },
    };
  } catch (error) {
    return { kind: 'wrong', text: error instanceof Error ? error.message : String(error) };
  }
}
