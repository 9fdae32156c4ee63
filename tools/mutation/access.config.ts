import { defineConfig } from 'vitest/config'

// The tests that the mutants of packages/access must not survive.
export default defineConfig({
  test: { root: 'packages/access', include: ['test/**/*.test.ts'] },
})
