/** Lines of a Dockerfile around a place, as a model reads them best: numbered, and the meant ones marked. */

export interface Excerpt {
  readonly lines: readonly string[];
  /** From 1, both included. */
  readonly first: number;
  readonly last: number;
}

const around = 2;
/** So many lines of a long instruction are shown, from its beginning on. */
const most = 20;

/** `>` stands before the lines that are meant; '' when the file is not known. */
export function excerpt({ lines, first, last }: Excerpt): string {
  const from = Math.max(1, first - around);
  const shown = Math.min(last, first + most - 1);
  // A file ends with a line that is none.
  const end = lines.at(-1) === '' ? lines.length - 1 : lines.length;
  const to = shown < last ? shown : Math.min(end, last + around);
  const width = String(to).length;
  const rows = lines.slice(from - 1, to).map((text, index) => {
    const line = from + index;
    const mark = line >= first && line <= last ? '>' : ' ';
    return `${mark} ${String(line).padStart(width)} | ${text}`.trimEnd();
  });
  return [...rows, ...(shown < last ? [`  … to line ${last}`] : [])].join('\n');
}
