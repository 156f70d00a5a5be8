/** Failures in an image without a shell, as FROM scratch leaves it: nothing can be installed or made there with a RUN. */
import type { Instruction } from '../../dockerfile/model.js';
import type { CopySource } from './copy-source.js';
import { EngineError } from '../errors.js';

/** Longest that is looked for a shell, in milliseconds. */
const LONGEST = 1500;
const shells = new Set(['sh', 'bash', 'ash', 'dash', 'zsh', 'busybox']);

const noProgram =
  /exec: "([^"]+)": (?:stat \S+: no such file|executable file not found)|executable file `([^`]+)` not found/i;
const noLoader = /exec (\/\S+): no such file or directory/;

/** Whether a shell is in the file system; true where that cannot be told. */
export async function hasShell(list: CopySource['list']): Promise<boolean> {
  const signal = AbortSignal.timeout(LONGEST);
  for (const folder of ['/bin', '/usr/bin']) {
    try {
      if ((await list(folder, signal)).some(({ name }) => shells.has(name))) return true;
    } catch (error) {
      const isMissing = error instanceof EngineError && /no such file|not found/.test(error.message);
      if (!isMissing) return true;
    }
  }
  return false;
}

/** The program that was not found, as it was asked for. */
export function missingProgram(said: string): string | undefined {
  const [, plain, quoted] = noProgram.exec(said) ?? [];
  return plain ?? quoted;
}

/** What to do there about a program that did not start; undefined when the error is about something else. */
export function bareHint(said: string, { keyword, json }: Instruction): string | undefined {
  if (keyword !== 'RUN') return undefined;
  const [, unloaded] = noLoader.exec(said) ?? [];
  if (json === undefined && (missingProgram(said) ?? unloaded) !== undefined)
    return 'The image has no shell to run the command with. COPY a statically linked program into it and run that in the JSON form, RUN ["/program", "argument"]; or run the command in a stage that has a shell, and COPY --from=STAGE what it makes.';
  if (unloaded !== undefined)
    return `${unloaded} is in the image, and what is to load it is not: the interpreter of a script, or the dynamic loader of a program. The image has no shell to install it with: take a statically linked program, or a base image that has both.`;
  const program = missingProgram(said);
  if (program === undefined || /\s/.test(program)) return undefined;
  const where = program.startsWith('/') ? program : `/bin/${program}`;
  return `The image has no ${program}, and no shell to install it with. COPY a statically linked one into it, e.g. COPY --from=STAGE ${where} ${where}, or run this in a stage that has it.`;
}
