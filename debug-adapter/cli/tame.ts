/** What a command writes may colour the screen, but not clear it, move about in it, or ask it questions. */
const unwanted = /\u001b(?:\[[0-?]*[ -/]*[@-ln-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[ -/]*[0-Z\\^-~])/g;

/** The text without control sequences other than colours. */
export function tame(text: string): string {
  return text.includes('\u001b') ? text.replace(unwanted, '') : text;
}
