export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/test/support/strip.cjs' },
  testMatch: ['**/test/**/*.test.ts'],
  testTimeout: 60_000,
}
