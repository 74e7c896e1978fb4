import { importX, createNodeResolver } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/**
 * The folders in the order of the way of the data (docs/architecture.md). A folder may import only from those
 * before it; `app.ts` and `main.ts` alone know all parts.
 */
const LAYERS = [
  ['src/base'],
  ['src/config', 'src/store', 'src/diagnosis'],
  ['src/gateways'],
  ['src/sensors'],
  ['src/supervisors'],
  ['src/healing'],
  ['src/incidents'],
  ['src/text'],
  ['src/chat'],
  ['src/channels'],
  ['src/notify'],
  ['commands'],
  ['src/watch'],
];

/** The sandbox stands apart: it plays the outside world, so it may know nothing of the bot's parts but the base. */
const SANDBOX = 'src/sandbox';
const MIDDLE = LAYERS.flat();

const zones = [
  ...LAYERS.flatMap((layer, index) =>
    layer.map((target) => ({
      target,
      from: [
        ...LAYERS.slice(index + 1).flat(),
        ...layer.filter((other) => other !== target),
        SANDBOX,
        'src/app.ts',
        'src/main.ts',
      ],
      message: 'Imports follow the way of the data: see LAYERS in eslint.config.js.',
    })),
  ),
  { target: SANDBOX, from: [...MIDDLE.filter((folder) => folder !== 'src/base'), 'src/app.ts', 'src/main.ts'], message: 'The sandbox plays the outside world and may import only src/base.' },
  { target: 'src/app.ts', from: [SANDBOX, 'src/main.ts'], message: 'The bot must not know the sandbox.' },
];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/'] },
  ...tseslint.configs.recommendedTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['eslint.config.js'] }, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js', '.json'] })], 'import-x/extensions': ['.ts', '.js'], 'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] } },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      'import-x/no-cycle': 'error',
      'import-x/no-duplicates': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/dot-notation': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/prefer-nullish-coalescing': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'no-console': 'error',
      'no-control-regex': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  { files: ['src/main.ts', 'src/sandbox/**', 'test/**'], rules: { 'no-console': 'off' } },
  { files: ['eslint.config.js', 'vitest.config.ts', 'src/sandbox/page/static/*.js'], ...tseslint.configs.disableTypeChecked },
);
