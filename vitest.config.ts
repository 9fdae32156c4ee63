import { defineConfig } from 'vitest/config'

const testProject = (name: string, root: string, setupFiles: readonly string[] = []) => ({
  test: {
    name,
    root,
    setupFiles: [...setupFiles],
    include: ['test/**/*.test.ts', 'test/**/*.test.mjs'],
    isolate: false,
    testTimeout: 120_000,
  },
})

/** Lets RSA_ENGINE=bigint or RSA_ENGINE=wasm decide which engine computes for RSA. */
const rsaEngine = ['test/choose-rsa-engine.ts']

export default defineConfig({
  test: {
    projects: [
      testProject('crypto', 'packages/crypto', rsaEngine),
      testProject('lifecycle', 'packages/lifecycle'),
      testProject('hsm', 'packages/hsm', rsaEngine),
      testProject('tools', 'tools'),
      testProject('tour', 'examples/tour'),
    ],
    coverage: { provider: 'v8', include: ['packages/*/src/**/*.ts'] },
  },
})
