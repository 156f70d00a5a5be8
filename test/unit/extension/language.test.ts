import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DockerfileLanguageService } from 'dockerfile-language-service';
import { CompletionItemKind, type Diagnostic, DiagnosticSeverity, type Position } from 'vscode-languageserver/node';
import { createService } from '../../../extension/language-server/basics.js';
import { contextFolder, listContext } from '../../../extension/language-server/context-folder.js';
import { complete } from '../../../extension/language-server/features/complete.js';
import { contextPaths } from '../../../extension/language-server/features/context-paths.js';
import { sourceWords } from '../../../extension/language-server/features/copy-words.js';
import { type BuildContext, missingSources } from '../../../extension/language-server/features/missing-sources.js';
import { problems } from '../../../extension/language-server/features/problems.js';

/** The text without its `<|>`, and where that was. */
function cursor(marked: string): { readonly text: string; readonly position: Position } {
  const before = marked.slice(0, marked.indexOf('<|>')).split('\n');
  assert.ok(marked.includes('<|>'));
  return {
    text: marked.replace('<|>', ''),
    position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 },
  };
}

/** The sentences of a diagnostic, one a line. */
function linesOf({ message }: Pick<Diagnostic, 'message'>): readonly string[] {
  return (typeof message === 'string' ? message : message.value).split('\n');
}

describe('problems while typing', () => {
  const found = (text: string): readonly string[] =>
    problems(text).map(({ range: { start, end }, code, severity, source }) => {
      assert.equal(severity, DiagnosticSeverity.Error);
      assert.equal(source, 'dockerfile');
      return `${start.line}:${start.character}-${end.line}:${end.character} ${String(code)}`;
    });

  it('are none in a Dockerfile that the engine takes', () => {
    assert.deepEqual(found('FROM busybox\nRUN <<EOF\nmake\nEOF\n'), []);
  });

  it('mark the instruction without its indent, and without what follows it', () => {
    const [only, ...others] = found('FROM busybox\n  RNU make  \n');
    assert.deepEqual(others, []);
    assert.match(only ?? '', /^1:2-1:10 /);
    assert.match(found('FROM busybox\r\n\tRNU make\r\n')[0] ?? '', /^1:1-1:9 /);
  });

  it('mark all lines of an instruction', () => {
    assert.match(found('FROM busybox\nRNU make \\\n  # why\n  all\nRUN true\n')[0] ?? '', /^1:0-3:5 /);
  });

  it('tell of a file that is empty', () => {
    assert.match(found('').join(), /^0:0-0:0 /);
  });

  it('say what to do in a line of its own', () => {
    const [lines] = problems('FROM busybox\nRNU make\n').map(linesOf);
    assert.equal(lines?.length, 2);
    assert.match(lines[0] ?? '', /RNU/);
    assert.match(lines[1] ?? '', /RUN/);
  });
});

describe('completion', () => {
  const asked: string[] = [];
  const service = {
    computeCompletionItems: (text: string) => [{ label: (asked.push(text), 'offered') }],
  } as unknown as DockerfileLanguageService;
  const at = async (marked: string): Promise<readonly string[]> => {
    const { text, position } = cursor(marked);
    return (await complete(service, text, position)).map(({ label }) => label);
  };

  it('never asks for the tags of an image, which the service would fetch', async () => {
    asked.length = 0;
    const inTags = [
      'FROM busybox:<|>',
      'FROM busybox:1.<|>3 AS x\n',
      'FROM localhost:5000/app:<|>1',
      'FROM --platform=linux/amd64 node:2<|>',
      'FROM busybox\nFROM \\\n  node:<|>',
    ];
    for (const marked of inTags) assert.deepEqual(await at(marked), [], marked);
    assert.deepEqual(asked, []);
  });

  it('is the service’s everywhere else', async () => {
    for (const marked of ['<|>', 'FROM bu<|>', 'FROM busybox:1 A<|>', 'FROM busybox:1\nRU<|>', 'FROM a:1\nFROM b<|>'])
      assert.deepEqual(await at(marked), ['offered'], marked);
  });

  it('knows stages and keywords', async () => {
    const { text, position } = cursor('FROM busybox AS base\nFROM busybox\nCOPY --from=<|> a b\n');
    const labels = (await complete(createService(), text, position)).map(({ label }) => label);
    assert.ok(labels.includes('base'), labels.join());
  });
});

describe('completion of paths', () => {
  const entries = [
    { name: 'src', isFolder: true },
    { name: 'main.c', isFolder: false },
  ];
  /** The folder that is asked for and, up to the cursor, what is replaced. */
  const at = async (marked: string): Promise<string | undefined> => {
    const { text, position } = cursor(`FROM busybox\n${marked}`);
    let asked: string | undefined;
    const items = await contextPaths(text, position, (folder) => {
      asked = folder;
      return Promise.resolve(entries);
    });
    const [first] = items;
    if (first === undefined || asked === undefined) return undefined;
    assert.ok(first.textEdit !== undefined && 'range' in first.textEdit);
    const { start, end } = first.textEdit.range;
    assert.deepEqual([start.line, end], [position.line, position]);
    return `${asked}|${(text.split('\n')[start.line] ?? '').slice(start.character, end.character)}`;
  };

  it('asks for the folder that was typed', async () => {
    const cases: readonly (readonly [marked: string, asked: string])[] = [
      ['COPY <|>', '|'],
      ['COPY ma<|> /app/', '|ma'],
      ['copy ma<|>', '|ma'],
      ['ADD src/<|>', 'src/|'],
      ['COPY --chown=1:1 src/lib/ma<|>in.c /x', 'src/lib/|ma'],
      ['COPY a b/<|>', 'b/|'],
      ['COPY /src/<|>', 'src/|'],
      ['COPY ./src/<|>', 'src/|'],
      ['COPY ./<|>', '|'],
      ['COPY ["src/ma<|>", "/x"]', 'src/|ma'],
      ['COPY ["<|>"]', '|'],
      ['COPY a \\\n  src/<|>', 'src/|'],
      ['COPY a \\\nsrc/x<|>', 'src/|x'],
      ['RUN true\nCOPY a<|>\nRUN false', '|a'],
    ];
    for (const [marked, asked] of cases) assert.equal(await at(marked), asked, marked);
  });

  it('leads no higher than the context, as in the engine', async () => {
    assert.equal(await at('COPY ../<|>'), '|');
    assert.equal(await at('COPY ../../src/<|>'), 'src/|');
    assert.equal(await at('COPY src/../lib/<|>'), 'lib/|');
  });

  it('is silent where no path of the context stands', async () => {
    const none = [
      'COPY<|>',
      'RUN cat <|>',
      'COPY --from=build <|>',
      'COPY --ch<|>',
      'COPY $DIR/<|>',
      'COPY <<<|>',
      'COPY <<EOF /x\n<|>\nEOF\n',
      'COPY a b\n<|>',
    ];
    for (const marked of none) assert.equal(await at(marked), undefined, marked);
  });

  it('offers files before folders, and goes on into a folder', async () => {
    const { text, position } = cursor('FROM busybox\nCOPY <|>');
    const items = await contextPaths(text, position, () => Promise.resolve(entries));
    assert.deepEqual(
      items.map(({ label, kind, sortText, command }) => [label, kind, sortText, command?.command]),
      [
        ['src/', CompletionItemKind.Folder, '1src', 'editor.action.triggerSuggest'],
        ['main.c', CompletionItemKind.File, '0main.c', undefined],
      ],
    );
  });
});

describe('words of COPY', () => {
  const words = (text: string): readonly string[] =>
    sourceWords(`FROM busybox\n${text}`).map((word) => {
      const line = `FROM busybox\n${text}`.split('\n')[word.line] ?? '';
      assert.equal(line.slice(word.start, word.end), word.text);
      return word.text;
    });

  it('are the sources, in whatever lines', () => {
    assert.deepEqual(words('COPY a b /x\nADD c /y\ncopy d /z\n'), ['a', 'b', 'c', 'd']);
    assert.deepEqual(words('COPY --chown=1:1 --link a \\\n  # why\n  b \\\n  /x\n'), ['a', 'b']);
    assert.deepEqual(words('COPY a /x\r\nCOPY b /y\r\n'), ['a', 'b']);
  });

  it('are only those that plainly name a file of the context', () => {
    const none = [
      'COPY --from=build a /x',
      'COPY *.c src/?.c [ab] /x',
      'COPY $DIR/a ${B} /x',
      'ADD https://example.com/a git@example.com:a/b.git /x',
      'COPY ["a", "/x"]',
      'COPY <<EOF /x\na b c\nEOF',
      'RUN cp a b',
      'COPY a',
    ];
    for (const text of none) assert.deepEqual(words(text), [], text);
    assert.deepEqual(words('COPY a <<EOF /x\nb c\nEOF'), ['a']);
  });
});

describe('sources that the engine will not find', () => {
  const context: BuildContext = {
    name: '/p',
    exists: (path) => Promise.resolve(['src', 'src/a', 'left.log'].includes(path)),
    ignoredBy: (path) =>
      Promise.resolve(path.endsWith('.log') ? { file: 'D.dockerignore', line: 3, text: '*.log' } : undefined),
  };
  const at = async (line: string): Promise<readonly string[]> =>
    (await missingSources(`FROM busybox\n${line}\n`, context)).map(
      ({ range: { start, end }, code, message }) =>
        `${start.line}:${start.character}-${end.line}:${end.character} ${String(code)} ${linesOf({ message })[0] ?? ''}`,
    );

  it('are told where they stand, with the reason', async () => {
    assert.deepEqual(await at('COPY src/a nope left.log src/b.log /x/'), [
      '1:11-1:15 copy-source-not-found "nope" is not in the build context /p.',
      '1:16-1:24 copy-source-ignored "left.log" is left out of the build context by line 3 of D.dockerignore: *.log',
      '1:25-1:34 copy-source-not-found "src/b.log" is not in the build context /p.',
    ]);
  });

  it('are looked for as the engine does', async () => {
    assert.deepEqual(await at('COPY . / ./ ./src /src//a src/ ../src/a src/../src /x/'), []);
    assert.match(
      (await at('COPY ../other /x/')).join(),
      /^1:5-1:13 .* "\.\.\/other" is outside of the build context \/p/,
    );
    assert.match((await at('COPY src/../other /x/')).join(), /^1:5-1:17 .* "other" is not/);
  });

  it('are a hint while they may yet be made, and a warning when a rule keeps them out', async () => {
    const found = await missingSources('FROM busybox\nCOPY nope left.log /x/\n', context);
    assert.deepEqual(
      found.map(({ severity }) => severity),
      [DiagnosticSeverity.Information, DiagnosticSeverity.Warning],
    );
  });
});

describe('a folder as the build context', () => {
  let folder: string;
  const write = (name: string, text = ''): void => writeFileSync(join(folder, name), text);
  const dockerfile = (): string => join(folder, 'docker/App.Dockerfile');
  const list = async (path: string): Promise<readonly string[]> =>
    (await listContext(folder, dockerfile(), path)).map(({ name, isFolder }) => (isFolder ? `${name}/` : name)).sort();
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dap-language-'));
    for (const name of ['docker', 'src', 'out', 'docs']) mkdirSync(join(folder, name));
    for (const name of ['a.txt', 'b.log', 'src/c.log', 'src/d.c', 'out/kept', 'docs/x']) write(name);
    write('.dockerignore', '# comment\n**/*.log\nout\n!out/kept\ndocs\n');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('lists what the ignore file leaves in it', async () => {
    assert.deepEqual(await list(''), ['.dockerignore', 'a.txt', 'docker/', 'out/', 'src/']);
    assert.deepEqual(await list('src/'), ['d.c']);
    assert.deepEqual(await list('none/'), []);
  });

  it('knows which line leaves a path out, and what an exception may bring back', async () => {
    const { name, exists, ignoredBy } = await contextFolder(folder, dockerfile());
    assert.equal(name, folder);
    assert.deepEqual([await exists('src/d.c'), await exists('src'), await exists('src/e')], [true, true, false]);
    assert.deepEqual(await ignoredBy('src/c.log'), { file: '.dockerignore', line: 2, text: '**/*.log' });
    assert.deepEqual(await ignoredBy('docs/x'), { file: '.dockerignore', line: 5, text: 'docs' });
    for (const path of ['a.txt', 'out', 'out/kept']) assert.equal(await ignoredBy(path), undefined, path);
  });

  it('heeds the ignore file of the Dockerfile alone where there is one', async () => {
    write('docker/App.Dockerfile.dockerignore', 'a.txt\n');
    assert.deepEqual(await list(''), ['.dockerignore', 'b.log', 'docker/', 'docs/', 'out/', 'src/']);
    const { ignoredBy } = await contextFolder(folder, dockerfile());
    assert.deepEqual(await ignoredBy('a.txt'), { file: 'App.Dockerfile.dockerignore', line: 1, text: 'a.txt' });
  });

  it('leaves nothing out by an ignore file that the engine would refuse', async () => {
    write('.dockerignore', '[\na.txt\n');
    assert.ok((await list('')).includes('a.txt'));
  });
});
