/** Text without what colours it in a terminal. */
export function withoutColours(text: string): string {
  return text.includes('\u001b')
    ? text.replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g, '')
    : text;
}
