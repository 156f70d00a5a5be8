/** Build arguments that the user gives, beside those that the Dockerfile takes. */
import { nearest } from '../dockerfile/locate.js';
import type { Dockerfile } from '../dockerfile/model.js';
import { quotedWords, splitAssignment } from '../dockerfile/words.js';

/** Taken by the engine and its frontend without any ARG: proxies, options of the build, platforms. */
const predefined =
  /^(?:(?:HTTP|HTTPS|FTP|NO|ALL)_PROXY|BUILDKIT_\w+|SOURCE_DATE_EPOCH|(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT|OSVERSION)|TARGETSTAGE)$/;

/** Names that ARG declares, those of ONBUILD included. */
export function declaredArguments({ instructions, escape }: Dockerfile): ReadonlySet<string> {
  const all = instructions.flatMap((instruction) => [
    instruction,
    ...(instruction.trigger ? [instruction.trigger] : []),
  ]);
  const declarations = all.filter(({ keyword }) => keyword === 'ARG');
  return new Set(
    declarations.flatMap(({ args }) => quotedWords(args, escape).map((word) => splitAssignment(word).name)),
  );
}

/** A sentence for each given name that no ARG declares. None where another frontend reads the file, or another text. */
export function undeclared(dockerfile: Dockerfile, given: readonly string[]): readonly string[] {
  if (given.length === 0) return [];
  const { instructions, syntax } = dockerfile;
  if (given.includes('BUILDKIT_SYNTAX')) return [];
  if (instructions.length === 0 || (syntax !== undefined && !/^(?:docker\.io\/)?docker\/dockerfile/.test(syntax)))
    return [];
  const known = declaredArguments(dockerfile);
  const strange = given.filter((name) => !known.has(name) && !predefined.test(name.toUpperCase()));
  return strange.map((name) => {
    const near = nearest(name, known);
    const meant = near === undefined ? '' : ` Did you mean ${near}?`;
    return `No ARG of this Dockerfile declares ${name}: the build argument changes nothing, unless the base image asks for it.${meant}`;
  });
}
