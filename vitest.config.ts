import { defineConfig } from 'vitest/config'

const testProject = (name: string, root: string) => ({
  test: {
    name,
    root,
    include: ['test/**/*.test.ts', 'test/**/*.test.mjs'],
    isolate: false,
    testTimeout: 120_000,
  },
})

export default defineConfig({
  test: {
    projects: [
      testProject('crypto', 'packages/crypto'),
      testProject('lifecycle', 'packages/lifecycle'),
      testProject('hsm', 'packages/hsm'),
      testProject('tools', 'tools'),
      testProject('tour', 'examples/tour'),
    ],
    coverage: { provider: 'v8', include: ['packages/*/src/**/*.ts'] },
  },
})
