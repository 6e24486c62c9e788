// Loaded before the workers start: they inherit the name of this run.
import './test/support/skips-file.cjs'

export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/test/support/strip.cjs' },
  globalSetup: '<rootDir>/test/support/bring-models.js',
  testMatch: ['**/test/**/*.test.ts'],
  testTimeout: 60_000,
  reporters: ['default', '<rootDir>/test/support/skips-reporter.cjs'],
}
