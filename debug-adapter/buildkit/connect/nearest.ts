/** The known word that a misspelt one is closest to; undefined when none is close. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const name of known) {
    const found = distance(word.toLowerCase(), name.toLowerCase());
    if (found <= Math.max(1, Math.floor(word.length / 3)) && (best === undefined || found < best.distance)) {
      best = { name, distance: found };
    }
  }
  return best?.name;
}

/** Letters to insert, remove, replace or swap with their neighbour. */
function distance(from: string, to: string): number {
  const [letters, others] = [[...from], [...to]];
  let before: number[] = [];
  let row = others.map((_, at) => at).concat(others.length);
  for (const [at, letter] of letters.entries()) {
    const next = [at + 1];
    for (const [column, other] of others.entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      const swapped =
        letter === others[column - 1] && letters[at - 1] === other ? (before[column - 1] ?? 0) + 1 : replaced;
      next.push(Math.min(replaced, swapped, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row.at(-1) ?? 0;
}
