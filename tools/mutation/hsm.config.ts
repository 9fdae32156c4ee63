import { defineConfig } from 'vitest/config'

// The tests that the mutants of packages/hsm must not survive: all but the slow ones, whose faults others find first.
export default defineConfig({
  test: {
    root: 'packages/hsm',
    include: ['test/**/*.test.ts'],
    exclude: [
      'test/facade/facade.model.*',
      'test/operations/secrets.*',
      'test/transfer/transferred-key.*',
    ],
    setupFiles: ['test/choose-engines.ts'],
    isolate: false,
    testTimeout: 120_000,
  },
})
