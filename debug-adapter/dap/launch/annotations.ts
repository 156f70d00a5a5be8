import { UserError } from '../../debugger/errors.js';

const kinds = ['index', 'manifest', 'index-descriptor', 'manifest-descriptor'];
const scope = /^([a-z-]+)(?:\[([\w./-]+)\])?$/;

/** Exporter attributes of `--annotation [KIND[PLATFORM],…:]KEY=VALUE`. */
export function annotationAttributes(annotations: readonly string[]): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = {};
  for (const text of annotations) {
    const equals = text.indexOf('=');
    if (equals < 1) throw new UserError('annotation', `The annotation "${text}" is no KEY=VALUE.`);
    const value = text.slice(equals + 1);
    const name = text.slice(0, equals);
    const colon = name.indexOf(':');
    const key = name.slice(colon + 1);
    if (colon < 0) attributes[`annotation.${key}`] = value;
    else for (const word of name.slice(0, colon).split(',')) attributes[`annotation-${readScope(word)}.${key}`] = value;
  }
  return attributes;
}

function readScope(word: string): string {
  const [, kind, platform] = scope.exec(word) ?? [];
  if (kind === undefined || !kinds.includes(kind)) {
    throw new UserError('annotation', `"${word}" is no place for an annotation.`, `Places are: ${kinds.join(', ')}.`);
  }
  return platform === undefined ? kind : `${kind}[${platform}]`;
}
