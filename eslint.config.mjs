// The nets that hold the layout of ARCHITECTURE.md: who may import whom, how long files and functions may be,
// and the habits that keep errors and promises from getting lost.
import tseslint from 'typescript-eslint';

/** Folders that a folder may not import from: everything that is not listed for it in ARCHITECTURE.md. */
const layers = {
  'debug-adapter/patterns': [],
  'debug-adapter/dockerfile': ['patterns'],
  'debug-adapter/buildkit': ['patterns'],
  'debug-adapter/debugger': ['dockerfile', 'buildkit', 'patterns'],
  'debug-adapter/definitions': ['contract', 'patterns', 'buildkit'],
  'debug-adapter/dap': ['debugger', 'contract', 'dockerfile', 'definitions'],
  'debug-adapter/cli': ['contract', 'patterns'],
  'debug-adapter/mcp': ['contract', 'patterns', 'cli'],
  'extension/language-server': ['dockerfile', 'buildkit'],
  extension: ['contract', 'dockerfile', 'definitions'],
};
const parts = ['patterns', 'dockerfile', 'buildkit', 'debugger', 'definitions', 'dap', 'cli', 'mcp', 'contract'];

/** What of the terminal is of any client of the protocol: the server for coding agents may import it, and nothing else. */
const anyClient = ['adapter', 'breakpoints', 'fields', 'locate', 'machine', 'stack', 'steps', 'stopwatch'];

const npm = {
  'debug-adapter/patterns': [],
  'debug-adapter/dockerfile': ['dockerfile-ast', 'vscode-languageserver-types', 'web-tree-sitter'],
  'debug-adapter/buildkit': ['@grpc/grpc-js', '@bufbuild/protobuf', '@noble/hashes'],
  'debug-adapter/debugger': [],
  'debug-adapter/definitions': ['yaml', 'modern-tar', 'fflate'],
  'debug-adapter/dap': ['@vscode/debugadapter', '@vscode/debugprotocol'],
  'debug-adapter/cli': ['picocolors', 'modern-tar'],
  'debug-adapter/mcp': ['@modelcontextprotocol/sdk', 'zod'],
};

function boundary(folder, allowed) {
  const forbidden = parts.filter((part) => !allowed.includes(part) && !folder.endsWith(part));
  const depth = folder.startsWith('extension') ? '(?:\\.\\./)+debug-adapter/' : '(?:\\.\\./)+';
  const patterns = [
    {
      regex: `^${depth}(?:${forbidden.join('|')})(?:/|\\.js$)`,
      message: `${folder} may not import from there: see "Layers" in ARCHITECTURE.md.`,
    },
  ];
  if (allowed.includes('cli')) {
    patterns.push({
      regex: `^${depth}cli/(?!(?:${anyClient.join('|')})\\.js$)`,
      message: `${folder} shares only what is of any client: ${anyClient.join(', ')}.`,
    });
  }
  if (!folder.startsWith('extension')) {
    patterns.push({ regex: '^(?:\\.\\./)+extension/', message: 'The adapter knows no editor.' });
  }
  if (npm[folder] !== undefined) {
    const names = npm[folder].map((name) => name.replace('/', '\\/')).join('|') || '(?!)';
    patterns.push({
      regex: `^(?!\\.|node:|(?:${names})(?:$|/))`,
      message: `${folder} uses only ${npm[folder].join(', ') || 'no package'} and Node's own modules.`,
    });
  }
  return patterns;
}

export default tseslint.config(
  {
    ignores: ['dist/**', '.cache/**', 'node_modules/**', '**/gen/**', 'coverage/**', '**/*.mjs', '**/*.js', '**/*.cjs'],
  },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 50 }],
      eqeqeq: 'error',
      'no-console': 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-throw-literal': 'off',
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^vscode$', message: 'Only extension/ knows VS Code.' }] },
      ],
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
    },
  },
  ...Object.entries(layers).map(([folder, allowed]) => ({
    files: [`${folder}/**/*.ts`],
    ignores: folder === 'extension' ? ['extension/language-server/**'] : [],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            ...boundary(folder, allowed),
            ...(folder === 'extension' ? [] : [{ regex: '^vscode$', message: 'Only extension/ knows VS Code.' }]),
          ],
        },
      ],
    },
  })),
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      'no-restricted-imports': 'off',
      'max-lines': 'off',
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-assertions': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },
);
