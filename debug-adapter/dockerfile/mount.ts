/** The value of RUN's `--mount`: comma separated, quoted as CSV is. */

/** `key` in lower case; `value` undefined for a bare word. */
export interface MountField {
  readonly key: string;
  readonly value: string | undefined;
}

/** Fields of a `--mount` or `--device`; undefined when the quotes do not match. */
export function mountFields(text: string): readonly MountField[] | undefined {
  const fields = csvFields(text);
  return fields?.map((field) => {
    const equals = field.indexOf('=');
    if (equals < 0) return { key: field.toLowerCase(), value: undefined };
    return { key: field.slice(0, equals).toLowerCase(), value: field.slice(equals + 1) };
  });
}

function csvFields(text: string): string[] | undefined {
  if (text === '') return undefined;
  const fields: string[] = [];
  let position = 0;
  for (;;) {
    const field = text.startsWith('"', position) ? quotedField(text, position) : bareField(text, position);
    if (field === undefined) return undefined;
    fields.push(field.text);
    if (field.end >= text.length) return fields;
    position = field.end + 1;
    if (position === text.length) return [...fields, ''];
  }
}

function bareField(text: string, start: number): { text: string; end: number } | undefined {
  const comma = text.indexOf(',', start);
  const end = comma < 0 ? text.length : comma;
  const field = text.slice(start, end);
  return field.includes('"') ? undefined : { text: field, end };
}

function quotedField(text: string, start: number): { text: string; end: number } | undefined {
  let field = '';
  let position = start + 1;
  for (;;) {
    const quote = text.indexOf('"', position);
    if (quote < 0) return undefined;
    field += text.slice(position, quote);
    const following = text.charAt(quote + 1);
    if (following === ',' || following === '') return { text: field, end: quote + 1 };
    if (following !== '"') return undefined;
    field += '"';
    position = quote + 2;
  }
}
