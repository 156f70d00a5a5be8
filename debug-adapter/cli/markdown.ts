/** Text from anywhere as Markdown, so that nothing in it is taken for more than text. */

/** So many lines of a folded text are shown. */
const mostLines = 60;

/** As code: nothing in it is anything else, but a bar ends the cell. */
export function cell(text: string): string {
  const short = (text.length > 120 ? `${text.slice(0, 119)}…` : text).replaceAll(/\s+/g, ' ');
  const longest = Math.max(0, ...[...short.matchAll(/`+/g)].map(([run]) => run.length));
  const mark = '`'.repeat(longest + 1);
  const space = longest > 0 ? ' ' : '';
  return `${mark}${space}${short}${space}${mark}`.replaceAll('|', '\\|');
}

/** Nothing in it is taken for Markdown or HTML, nor, as GitHub does between two dollars, for a formula. */
export function inline(text: string): string {
  const escaped = text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_<>[\]~]|&(?=#?\w+;)/g, (letter) => `\\${letter}`);
  return /\$.*\$/.test(escaped) ? escaped.replaceAll('$', '<span>$</span>') : escaped;
}

/** A fence that is longer than any in the text. */
export function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

/** Text that is shown when its title is clicked; of a long one its end. */
export function folded(title: string, text: string): string {
  const lines = text.trimEnd().split('\n');
  const left = lines.length > mostLines ? ` (the last ${mostLines} of ${lines.length} lines)` : '';
  return `<details><summary>${title}${left}</summary>\n\n${fenced(lines.slice(-mostLines).join('\n'))}\n\n</details>`;
}
