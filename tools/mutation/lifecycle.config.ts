import { defineConfig } from 'vitest/config'

// The tests that the mutants of packages/lifecycle must not survive.
export default defineConfig({
  test: { root: 'packages/lifecycle', include: ['test/**/*.test.ts'] },
})
