import js from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

const TIME_AND_CHANCE =
  'Time and randomness come through the ports Clock and Random: only adapters/system (and the nonces of adapters/crypto) draw them.'

export default defineConfig(
  globalIgnores(['node_modules/', 'data/', 'coverage/', '.screenshots/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // An async function without await is how a value meets an asynchronous port.
      '@typescript-eslint/require-await': 'off',
      // `noUncheckedIndexedAccess` makes what is checked here depend on the shape of a library's types.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Templates and records of `void` callbacks (`() => set.delete(x)`) read better so.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // Our objects are closures: their functions do not use `this`.
      '@typescript-eslint/unbound-method': 'off',
      // Event listeners and Node's request handlers may be asynchronous.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'Node strips types and cannot make enums.' },
      ],
      eqeqeq: 'error',
      'no-console': 'error',
      'max-lines': ['warn', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['src/**/*.ts', 'interactions/**/*.ts', 'adapters/**/*.ts'],
    ignores: ['adapters/system/**', 'adapters/crypto/**', 'src/pages/browser/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: TIME_AND_CHANCE,
        },
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: TIME_AND_CHANCE,
        },
        {
          selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
          message: TIME_AND_CHANCE,
        },
        {
          selector: 'ImportSpecifier[imported.name=/^random(Bytes|Int|UUID|FillSync)$/]',
          message: TIME_AND_CHANCE,
        },
        { selector: 'TSEnumDeclaration', message: 'Node strips types and cannot make enums.' },
      ],
    },
  },
  {
    files: [
      'src/cli.ts',
      'src/cli/**',
      'src/main.ts',
      'sandbox/**',
      'bench/**',
      'scripts/**',
      'test/**',
    ],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts', 'sandbox/**/*.ts'],
    rules: {
      // Tests look at JSON and at what fetch returned; a wrong shape is what they find out.
      // openid-client marks plain HTTP as deprecated to make it stand out; here it is loopback.
      '@typescript-eslint/no-deprecated': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
    },
  },
  {
    files: ['**/*.cjs', '**/*.js'],
    languageOptions: {
      globals: {
        module: 'writable',
        require: 'readonly',
        process: 'readonly',
        console: 'readonly',
      },
    },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs' },
  },
)
