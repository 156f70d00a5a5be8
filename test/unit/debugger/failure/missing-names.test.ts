import assert from 'node:assert/strict';
import { missingNames } from '../../../../debug-adapter/debugger/failure/missing-names.js';

/** What programs write, as seen; the file that they mean is among the names. */
const said: readonly (readonly [string, string])[] = [
  ['grep: config/greeting.conf: No such file or directory', 'config/greeting.conf'],
  ["cat: can't open 'notes': No such file or directory", 'notes'],
  ["cp: cannot stat 'a b.txt': No such file or directory", 'a b.txt'],
  ["sh: can't open 'tests/greet.sh': No such file or directory", 'tests/greet.sh'],
  ['sh: 0: cannot open run.sh: No such file', 'run.sh'],
  ['/bin/sh: ./build.sh: not found', './build.sh'],
  ['/bin/bash: line 1: ./build.sh: No such file or directory', './build.sh'],
  ["sh: cd: line 0: can't cd to src: No such file or directory", 'src'],
  ['make: Makefile: No such file or directory', 'Makefile'],
  ['make: *** No targets specified and no makefile found.  Stop.', 'Makefile'],
  ["make: *** No rule to make target 'main.c', needed by 'main.o'.  Stop.", 'main.c'],
  [
    "ERROR: Could not open requirements file: [Errno 2] No such file or directory: 'requirements.txt'",
    'requirements.txt',
  ],
  ["python: can't open file '/app/main.py': [Errno 2] No such file or directory", '/app/main.py'],
  ["Error: ENOENT: no such file or directory, open '/app/package.json'", '/app/package.json'],
  ["Error: Cannot find module '/app/server.js'", '/app/server.js'],
  ["error TS5058: The specified path does not exist: 'tsconfig.json'.", 'tsconfig.json'],
  ['main.c:3:10: fatal error: util.h: No such file or directory', 'util.h'],
  ['panic: open config.yaml: no such file or directory', 'config.yaml'],
  ['go: go.mod file not found in current directory or any parent directory; see "go help modules"', 'go.mod'],
  ['error: could not find `Cargo.toml` in `/app` or any parent directory', 'Cargo.toml'],
  ['Could not locate Gemfile or .bundle/ directory', 'Gemfile'],
  ['error Couldn\'t find a package.json file in "/app"', 'package.json'],
];

describe('the file that a command did not find', () => {
  for (const [line, name] of said)
    it(line, () => assert.ok(missingNames([line]).includes(name), missingNames([line]).join(' | ')));

  it('is not a command, an option, an address, or what a package manager brings', () => {
    for (const line of [
      '/bin/sh: make: not found',
      'sh: 1: server.sh: not found',
      'curl: (6) https://example.org/a.tar: not found',
      'sh: node_modules/.bin/tsc: not found',
    ])
      assert.deepEqual(
        missingNames([line]).filter((name) => !['/bin/sh', 'sh', 'curl'].includes(name)),
        [],
        line,
      );
  });

  it('is looked for from the end', () => {
    const lines = [
      "cat: can't open 'first': No such file or directory",
      'well',
      "cat: can't open 'last': No such file",
    ];
    assert.deepEqual(missingNames(lines).slice(0, 1), ['last']);
  });

  it('is not looked for in lines that say nothing of it', () => assert.deepEqual(missingNames(['read ./a.txt']), []));
});
