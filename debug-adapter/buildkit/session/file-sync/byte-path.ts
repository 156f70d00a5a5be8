/**
 * Names of files are bytes, not text: on Linux they need not be UTF-8, and siblings go in the order of their bytes. So
 * paths are strings here whose characters are bytes (latin1), joined by `/`: `<` orders them rightly, nothing is lost,
 * and plain ASCII, which is nearly everything, needs no conversion at all.
 */
export type BytePath = string;

const ascii = /^[\0-\x7f]*$/;

/** For messages; bytes that are no UTF-8 become U+FFFD. */
export function textOf(path: BytePath): string {
  return ascii.test(path) ? path : Buffer.from(path, 'latin1').toString('utf8');
}

/**
 * For patterns: bytes that are no UTF-8 become single surrogates, so that they are characters like others, but equal to
 * themselves only, which U+FFFD would not be.
 */
export function patternText(path: BytePath): string {
  const text = textOf(path);
  if (!text.includes('\uFFFD')) return text;
  const bytes = Buffer.from(path, 'latin1');
  let exact = '';
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] ?? 0;
    const size = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    const character = bytes.toString('utf8', at, at + size);
    const whole = Buffer.byteLength(character) === size && Buffer.from(character).equals(bytes.subarray(at, at + size));
    exact += whole ? character : String.fromCharCode(0xdc00 + byte);
    at += whole ? size : 1;
  }
  return exact;
}

/** The bytes of a text. */
export function bytesOf(text: string): BytePath {
  return ascii.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** For calls of Node's file system. */
export function systemPath(root: string, path: BytePath): string | Buffer {
  if (ascii.test(path)) return path === '' ? root : `${root}/${path}`;
  return Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, 'latin1')]);
}

/** A path in a folder; '' is the root. */
export function joinBytes(folder: BytePath, name: BytePath): BytePath {
  return folder === '' ? name : `${folder}/${name}`;
}
