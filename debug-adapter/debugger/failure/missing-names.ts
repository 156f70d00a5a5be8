/** Paths that a command says it did not find, from the words of many programs. */

const says = new RegExp(
  [
    'no such file or directory',
    'ENOENT',
    '(?:is|was|are|were)?\\s*not (?:be )?found',
    "(?:can't|cannot|can not|could not|couldn't|unable to|failed to) (?:\\w+ )?(?:open|stat|find|load|access|read|locate|cd|resolve)",
    "(?:does not|doesn't) exist",
    'no rule to make target',
  ].join('|'),
  'i',
);

/** A shell looks for such a command in PATH, not for a file. */
const command = /(?:^|\s)[^/\s:]+: (?:command )?not found\s*$/i;

/** Who names no file at all means one of these. */
const implied: readonly (readonly [RegExp, string])[] = [
  [/no targets specified and no makefile found/i, 'Makefile'],
  [/go\.mod file not found|cannot find main module/i, 'go.mod'],
  [/could not locate gemfile/i, 'Gemfile'],
  [/there is no pom in this directory/i, 'pom.xml'],
];

/** Longer ones are no paths. */
const LONGEST = 300;
/** So many are enough. */
const MOST = 40;

/** The most telling first: later lines before earlier ones, quoted words before others. */
export function missingNames(lines: readonly string[]): readonly string[] {
  const names = [...lines].reverse().flatMap((line) => [...meantIn(line), ...namesIn(line)]);
  return [...new Set(names)].slice(0, MOST);
}

function meantIn(line: string): readonly string[] {
  return implied.flatMap(([words, name]) => (words.test(line) ? [name] : []));
}

function namesIn(line: string): readonly string[] {
  if (!says.test(line) || command.test(line)) return [];
  const quoted = [...line.matchAll(/(?<!\w)(?:'([^']+)'|"([^"]+)"|`([^`']+)[`']|‘([^’]+)’)/g)].map(
    (match) => match.slice(1).find((group) => group !== undefined) ?? '',
  );
  // `make: Makefile: No such file or directory`: the last of them, though it has no dot.
  const before = [...line.matchAll(/(?<=^|\s)([^\s:'"`]+):(?=\s)/g)].map(([, word = '']) => word).reverse();
  const words = line
    .split(/[\s,()[\]=]+/)
    .map((word) => word.replace(/^["'`]+|["'`:;.]+$/g, '').replace(/(?::\d+)+$/, ''))
    .filter((word) => /[./]/.test(word));
  return [...quoted, ...before, ...words].map((name) => name.trim()).filter(isName);
}

function isName(name: string): boolean {
  const odd = name === '' || name.length > LONGEST || name.startsWith('-') || name.includes('://');
  // What package managers put there belongs to nobody's context.
  return !odd && !/(?:^|\/)(?:node_modules|\.git)(?:\/|$)/.test(name) && /\w/.test(name);
}
