/** An expression in a line of text; columns count UTF-16 units from 0. */
export interface Expression {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * What can be evaluated under a column: the variable (`$NAME`, `${NAME…}` with whatever stands in the braces, or the NAME
 * that ARG or ENV sets), else a stage or path that FROM, COPY or ADD names.
 */
export function expressionAt(line: string, column: number): Expression | undefined {
  return (
    references(line).find(({ start, end }) => start <= column && column < end) ??
    declarationAt(line, column) ??
    argumentAt(line, column)
  );
}

/** A word of FROM, COPY or ADD: a stage, a source, a destination. Of a flag only `--from`, and of that its value. */
function argumentAt(line: string, column: number): Expression | undefined {
  const keyword = /^\s*(?:FROM|COPY|ADD)\s+/i.exec(line)?.[0];
  if (keyword === undefined) {
    return undefined;
  }
  const words = line.slice(keyword.length).matchAll(/(?<=^|[\s[,])(--from=)?(?:"([^"]+)"|([^\s",[\]]+))/g);
  for (const { index, 1: flag = '', 2: quoted, 3: plain = '' } of words) {
    const text = quoted ?? plain;
    const start = keyword.length + index + flag.length + (quoted === undefined ? 0 : 1);
    const isFlag = flag === '' && text.startsWith('--');
    if (start <= column && column < start + text.length && !isFlag && !/^as$/i.test(text)) {
      return { text, start, end: start + text.length };
    }
  }
  return undefined;
}

/** The variables that a line uses, in order; the outer ones of nested braces. Escaped dollars are text. */
export function references(line: string): readonly Expression[] {
  const found: Expression[] = [];
  for (let index = line.indexOf('$'); index !== -1; index = line.indexOf('$', index)) {
    const end = isEscaped(line, index) ? index : endOf(line, index);
    if (end > index) {
      found.push({ text: line.slice(index, end), start: index, end });
    }
    index = Math.max(end, index + 1);
  }
  return found;
}

function isEscaped(line: string, index: number): boolean {
  const slashes = /\\*$/.exec(line.slice(0, index))?.[0].length ?? 0;
  return slashes % 2 === 1;
}

/** Where the reference that begins at a dollar ends; the dollar itself if it is none. */
function endOf(line: string, dollar: number): number {
  const name = /^[A-Za-z_]\w*/.exec(line.slice(dollar + 1))?.[0];
  if (name !== undefined) {
    return dollar + 1 + name.length;
  }
  if (!/^\{[A-Za-z_]/.test(line.slice(dollar + 1))) {
    return dollar;
  }
  let depth = 0;
  for (let index = dollar + 1; index < line.length; index += 1) {
    depth += line[index] === '{' ? 1 : line[index] === '}' ? -1 : 0;
    if (depth === 0) {
      return index + 1;
    }
  }
  return dollar;
}

function declarationAt(line: string, column: number): Expression | undefined {
  const keyword = /^\s*(?:ARG|ENV)\s+/i.exec(line)?.[0];
  if (keyword === undefined) {
    return undefined;
  }
  const names = line.slice(keyword.length).matchAll(/(?<=^|\s)([A-Za-z_]\w*)(?==|\s*$|\s)/g);
  for (const { index, 1: name = '' } of names) {
    const start = keyword.length + index;
    if (start <= column && column < start + name.length) {
      return { text: `$${name}`, start, end: start + name.length };
    }
  }
  return undefined;
}
