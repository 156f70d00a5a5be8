/** `.dockerignore` for everything above the language: the pure rules live in `patterns/`, as the file sync needs them too. */
export { PatternError } from '../patterns/glob.js';
export { parseIgnoreFile } from '../patterns/ignore-file.js';
export { compilePatterns, type Matcher, type Rule, type Verdict } from '../patterns/matcher.js';

/** The ignore files of a build, in the order the engine looks; the first that exists is the only one used. */
export function ignoreFilesOf(
  dockerfile: string,
): readonly { readonly beside: 'dockerfile' | 'context'; readonly name: string }[] {
  const name = dockerfile.slice(dockerfile.lastIndexOf('/') + 1);
  return [
    { beside: 'dockerfile', name: `${name}.dockerignore` },
    { beside: 'context', name: '.dockerignore' },
  ];
}
