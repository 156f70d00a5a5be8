/** What an instruction above is to blame for: a SHELL that is not in the image, a USER whom it does not know. */
import type { Dockerfile, Instruction } from '../../dockerfile/model.js';
import { missingProgram } from './bare-image.js';

const noUser = /unable to find (user|group) ([^\s:]+): (?:no matching entries|no such file|invalid argument)/i;

/** Whether what is to be done depends on what is in the image. */
export function asksForShell(said: string): boolean {
  return noUser.test(said) || missingProgram(said) !== undefined || /exec \/\S+: no such file/.test(said);
}

/**
 * What to do about it; undefined when the error is about something else.
 *
 * @param isBare the image has no shell, so that no RUN can make or install what is missing
 */
export function earlierSetting(
  said: string,
  instruction: Instruction,
  dockerfile: Pick<Dockerfile, 'stages'>,
  isBare: boolean,
): string | undefined {
  const [, kind, name] = noUser.exec(said) ?? [];
  if (kind !== undefined && name !== undefined)
    return unknownUser(kind, name, lastBefore('USER', instruction, dockerfile), isBare);
  if (instruction.keyword !== 'RUN' || instruction.json !== undefined) return undefined;
  const program = missingProgram(said);
  const shell = lastBefore('SHELL', instruction, dockerfile);
  if (program === undefined || shell?.json?.[0] !== program) return undefined;
  const names = `${program}, which SHELL on line ${shell.startLine} names, is not in the image`;
  if (isBare)
    return `${names}, and no other shell is. COPY a statically linked one there (busybox is one), run a program that is there in the JSON form, RUN ["/program", "argument"], or run the command in a stage that has a shell.`;
  return `${names}. Install it in a RUN above that line, or take SHELL ["/bin/sh", "-c"] where the image has /bin/sh.`;
}

function unknownUser(kind: string, name: string, user: Instruction | undefined, isBare: boolean): string {
  const [file, make, id] =
    kind === 'user'
      ? ['/etc/passwd', 'useradd or adduser', '1000']
      : ['/etc/group', 'groupadd or addgroup', '1000:1000'];
  if (user === undefined)
    return `The base image runs its commands as the ${kind} ${name}, and has none in ${file}. Set another one: USER ${id}, or USER root.`;
  const names = `USER on line ${user.startLine} names the ${kind} ${name}`;
  if (isBare)
    return `${names}, which the image does not know, and it has no shell to make one with. Write a number: USER ${id}; or bring the file: COPY --from=STAGE ${file} ${file}.`;
  return `${names}, and ${file} of the image has none. Make it in a RUN above that line (${make}), or write a number: USER ${id}.`;
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
