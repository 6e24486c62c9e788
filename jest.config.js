// Loaded before the workers start: they inherit the name of this run.
import './test/support/skips-file.cjs'

export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/test/support/strip.cjs' },
  globalSetup: '<rootDir>/test/support/bring-models.js',
  globalTeardown: '<rootDir>/test/support/template.ts',
  testMatch: ['**/test/**/*.test.ts'],
  testTimeout: 60_000,
  // What a suite has loaded stays in its worker's memory: a new worker is sooner begun than that is looked through.
  workerIdleMemoryLimit: '700MB',
  reporters: ['default', '<rootDir>/test/support/skips-reporter.cjs'],
}
