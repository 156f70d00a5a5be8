/**
 * When a vertex begins, the engine calls all of its inputs that are not done cached, begun and completed in that very
 * moment: what uses them must have found them somewhere. That is wrong for a COPY whose files cannot be hashed: it
 * "begins" only to fail, while what it would be copied onto still runs, or has not even begun.
 */
import type { StatusResponse, Vertex } from '../../buildkit/gen/control.js';
import type { Timestamp } from '../../buildkit/gen/google/protobuf/timestamp.js';

/**
 * The vertices of one word of the engine, without what it wrongly guessed.
 *
 * @param isRunning whether a vertex has begun and not completed, as far as was told before
 * @param isNew whether nothing was heard of the beginning of a vertex before
 */
export function withoutFalseGuesses(
  { vertexes }: Pick<StatusResponse, 'vertexes'>,
  isRunning: (digest: string) => boolean,
  isNew: (digest: string) => boolean,
): readonly Vertex[] {
  if (!vertexes.some(isGuess)) return vertexes;
  const failed = vertexes.flatMap(({ digest, started, error }) =>
    started !== undefined && error !== '' && isNew(digest) ? key(started) : [],
  );
  const moments = new Set(failed);
  // What a wrong guess is the input of was not found in the cache either; inputs come first.
  const wrong = new Set<string>();
  return vertexes.filter((vertex) => {
    const { digest, inputs, started } = vertex;
    if (!isGuess(vertex) || started === undefined) return true;
    const isWrong = moments.has(key(started)) || isRunning(digest) || inputs.some((input) => wrong.has(input));
    if (isWrong) wrong.add(digest);
    return !isWrong;
  });
}

function isGuess({ cached, started, completed }: Vertex): boolean {
  return cached && started !== undefined && completed !== undefined && key(started) === key(completed);
}

function key({ seconds, nanos }: Timestamp): string {
  return `${seconds}.${nanos}`;
}
