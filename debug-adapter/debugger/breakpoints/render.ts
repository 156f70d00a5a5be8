/** Messages of logpoints with their values in place. */
import { expand } from '../../dockerfile/expand.js';
import type { StepConfig } from '../api.js';
import type { LogPiece } from './log-message.js';
import type { Probed } from './probed.js';

export interface LogWorld {
  readonly config: () => Promise<StepConfig>;
  readonly run: (command: string) => Promise<Probed>;
  readonly escape: '\\' | '`';
}

/** What cannot be had is told in its place: a message never stops a build. */
export async function renderLogMessage(pieces: readonly LogPiece[], world: LogWorld): Promise<string> {
  const texts: string[] = [];
  for (const piece of pieces) texts.push(piece.kind === 'text' ? piece.text : await valueOf(piece, world));
  return texts.join('');
}

async function valueOf(piece: LogPiece, { config, run, escape }: LogWorld): Promise<string> {
  try {
    if (piece.kind === 'command') {
      const { exitCode, output } = await run(piece.text);
      const text = output.replace(/\s+$/, '');
      return exitCode === 0 ? text : `${text}[exit code ${exitCode}]`;
    }
    const values = (await config()).environment;
    const result = expand(piece.text, (name) => values.get(name)?.value, { escape });
    return result.ok ? result.value : `[${result.message}]`;
  } catch (error) {
    return `[${error instanceof Error ? error.message : String(error)}]`;
  }
}
