/** What an instruction above is to blame for: a SHELL that is not in the image, a USER whom it does not know. */
import type { Dockerfile, Instruction } from '../dockerfile/model.js';

const noProgram =
  /exec: "([^"]+)": (?:stat \S+: no such file|executable file not found)|executable file `([^`]+)` not found/i;
const noUser = /unable to find (user|group) ([^\s:]+): (?:no matching entries|no such file)/i;

/** What to do about it; undefined when the error is about something else. */
export function earlierSetting(
  said: string,
  instruction: Instruction,
  dockerfile: Pick<Dockerfile, 'stages'>,
): string | undefined {
  const [, kind, name] = noUser.exec(said) ?? [];
  if (kind !== undefined && name !== undefined)
    return unknownUser(kind, name, lastBefore('USER', instruction, dockerfile));
  if (instruction.keyword !== 'RUN' || instruction.json !== undefined) return undefined;
  const [, plain, quoted] = noProgram.exec(said) ?? [];
  const program = plain ?? quoted;
  const shell = lastBefore('SHELL', instruction, dockerfile);
  if (program === undefined || shell?.json?.[0] !== program) return undefined;
  return `${program}, which SHELL on line ${shell.startLine} names, is not in the image. Install it in a RUN above that line, or take SHELL ["/bin/sh", "-c"] where the image has /bin/sh.`;
}

function unknownUser(kind: string, name: string, user: Instruction | undefined): string {
  const [file, make, id] =
    kind === 'user'
      ? ['/etc/passwd', 'useradd or adduser', '1000']
      : ['/etc/group', 'groupadd or addgroup', '1000:1000'];
  if (user === undefined)
    return `The base image runs its commands as the ${kind} ${name}, and has none in ${file}. Set another one: USER ${id}, or USER root.`;
  return `USER on line ${user.startLine} names the ${kind} ${name}, and ${file} of the image has none. Make it in a RUN above that line (${make}), or write a number: USER ${id}.`;
}

/** The last one above it, in its stage and in the stages that this is built on. */
function lastBefore(
  keyword: string,
  { index, stage }: Instruction,
  { stages }: Pick<Dockerfile, 'stages'>,
): Instruction | undefined {
  for (let at = stage; at !== undefined; at = stages[at]?.baseStage) {
    const found = stages[at]?.instructions.findLast((each) => each.keyword === keyword && each.index < index);
    if (found !== undefined) return found;
  }
  return undefined;
}
