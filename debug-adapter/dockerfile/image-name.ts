/** Names of images, as registries allow them. */

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const label = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const host = `(?:${label}(?:\\.${label})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const tag = '(?::[\\w][\\w.-]{0,127})?';
const digest = '(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?';
const reference = new RegExp(`^(?:${host}/)?${component}(?:/${component})*${tag}${digest}$`);

/** Whether the text can name an image; what a registry makes of it is another matter. */
export function isImageName(text: string): boolean {
  return text.length <= 1024 && reference.test(text) && !/^[a-f0-9]{64}$/.test(text);
}
