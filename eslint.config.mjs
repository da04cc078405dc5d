// The import rules of ARCHITECTURE.md, held by the linter: each folder names what it may not import and where the code belongs instead.
import { readdirSync } from 'node:fs';
import tseslint from 'typescript-eslint';

const layers = {
  base: ['protocol', 'core', 'node', 'stress', 'local', 'vscode', 'cli'],
  protocol: ['core', 'node', 'stress', 'local', 'vscode', 'cli'],
  core: ['node', 'stress', 'local', 'vscode', 'cli'],
  node: ['stress', 'local', 'vscode', 'cli'],
  stress: ['local', 'vscode', 'cli'],
  local: ['node', 'stress', 'vscode', 'cli'],
  vscode: ['cli', 'node', 'stress', 'local'],
  cli: ['vscode'],
};
const PURE = new Set(['base', 'protocol', 'core']);
/** What of core a folder may use, where that is not all: the local cluster is a stand-in for AWS, and knows nothing of the workshop's subjects. */
const coreOf = { local: ['connections', 'cost', 'dialect', 'indexes', 'plan', 'sigv4', 'stress'] };

/** The folders of core, lowest first: each may import those before it, so that none depends on itself by a detour. */
const coreOrder = [
  ...['dialect', 'lint', 'audit', 'sigv4'],
  ...['workspace', 'lambda', 'connections', 'sql', 'promises', 'sessions'],
  ...['bank', 'cost', 'orders', 'stress', 'plan', 'plan-view', 'catalog', 'indexes'],
  ...['chapters', 'aws', 'clusters', 'completion', 'roles', 'doctor', 'results'],
  ...['observability', 'stress-report', 'stress-view', 'stack', 'teardown'],
];
for (const name of readdirSync(new URL('src/core', import.meta.url)))
  if (!coreOrder.includes(name)) throw new Error(`src/core/${name} has no place in coreOrder of eslint.config.mjs`);

const folder = (name, forbidden, { path = name, above = [] } = {}) => ({
  files: [`src/${path}/**/*.ts`],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        paths:
          name === 'vscode'
            ? []
            : [{ name: 'vscode', message: 'Only src/vscode and src/extension.ts may import vscode.' }],
        patterns: [
          ...(forbidden.length
            ? [
                {
                  // core's own folders are called alike (core/stress): from core/x/ only ../../stress leaves core
                  regex: `^(\\.\\./)${name === 'core' ? '{2,}' : '+'}(${forbidden.join('|')})(/|$)`,
                  allowTypeImports: name === 'vscode',
                  message: `src/${name} may not import this folder: see the table in ARCHITECTURE.md. Move the code, or pass it in through a port.`,
                },
              ]
            : []),
          ...(above.length
            ? [
                {
                  regex: `^(\\.\\./)+(${above.join('|')})(/|$)`,
                  message: `src/${path} stands below this folder in coreOrder of eslint.config.mjs: move what both need down, or pass it in.`,
                },
              ]
            : []),
          ...(coreOf[name]
            ? [
                {
                  regex: `^(\\.\\./)+core/(?!(${coreOf[name].join('|')})(/|$))`,
                  message: `src/${name} may use ${coreOf[name].join(', ')} of src/core: see the table in ARCHITECTURE.md.`,
                },
              ]
            : []),
          ...(PURE.has(name)
            ? [
                {
                  regex: '^(node:|pg$|@aws-sdk/|undici$|fs$|net$|tls$|esbuild$)',
                  message: `src/${name} is pure: put what touches Node in src/node, behind a port.`,
                },
              ]
            : []),
        ],
      },
    ],
  },
});

/** Files of the program of tsconfig.json, whose types the linter may ask for. */
const typed = ['src', 'webview', 'test', 'workshop/chapters', 'workshop/starter-kit'].map(name => `${name}/**/*.ts`);

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'node_modules/', '.vscode-offline/', 'test/fixtures/'] },
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrors: 'none' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'off',
      'prefer-const': 'error',
    },
  },
  {
    // what is lost without a word: a failure nobody waits for, a case of a union that a switch has not heard of, a value that is thrown
    files: typed,
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  ...Object.entries(layers).map(([name, forbidden]) => folder(name, forbidden)),
  ...coreOrder.map((name, at) => folder('core', layers.core, { path: `core/${name}`, above: coreOrder.slice(at + 1) })),
  {
    files: ['src/vscode/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            "CallExpression[callee.property.name=/^show.*Message$/]:has(> ObjectExpression > Property[key.name='modal'])",
          message:
            'A dialog takes the focus from the view it was asked for in: use askInDialog of webviews/focused-view.',
        },
      ],
    },
  },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  {
    files: ['webview/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: 'src/(core|node|stress|local|vscode|cli)(/|$)',
              message: 'A webview imports base and protocol only: the model is computed on the host.',
            },
            { regex: '^(node:|vscode$|pg$|@aws-sdk/)', message: 'A webview has no Node and no vscode module.' },
            {
              regex: '^@vscode/webview-ui-toolkit',
              message:
                'The toolkit is archived upstream: import webview/shared/toolkit.ts, the only module that knows it.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['webview/shared/toolkit.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': 'off' },
  },
);
