import type { ShellCommand, ShellOptions } from '../debugger/api.js';
import { UserError } from '../debugger/errors.js';
import type { FrameReference } from './references.js';
import type { Session } from './session.js';

const plain = /^[\w@%+=:,./-]+$/;

/** The command as it would be pasted into a terminal: PowerShell on Windows, a POSIX shell elsewhere. */
function pasteable({ args, env }: ShellCommand): string {
  const entries = Object.entries(env);
  if (process.platform === 'win32') {
    const quote = (word: string): string => `'${word.replaceAll("'", "''")}'`;
    return [...entries.map(([name, value]) => `$env:${name}=${quote(value)};`), '&', ...args.map(quote)].join(' ');
  }
  const quote = (word: string): string => (plain.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
  return [...entries.map(([name, value]) => `${name}=${quote(value)}`), ...args.map(quote)].join(' ');
}

/** Opens a shell in the frame's state; a client without terminals is told what to paste into one. */
export async function openShell(session: Session, { frame }: FrameReference, options: ShellOptions): Promise<string> {
  const command = await frame.openShell(options);
  const { title, args, env, cwd } = command;
  if (!session.client.runsTerminals) {
    session.print('console', `${title}: this editor opens no terminals. Paste this into one:\n${pasteable(command)}\n`);
    return title;
  }
  try {
    await session.ask('runInTerminal', { kind: 'integrated', title, cwd, args, env });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(
      'terminal-refused',
      `No terminal for ${title}: ${why}`,
      `Paste this into one: ${pasteable(command)}`,
    );
  }
  return title;
}
