import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const testProject = (name: string, root: string, ...setUp: readonly string[]) => ({
  test: {
    name,
    root,
    setupFiles: setUp.map((file) => join(import.meta.dirname, root, file)),
    include: ['test/**/*.test.ts', 'test/**/*.test.mjs'],
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})

/** Lets RSA_ENGINE=bigint or RSA_ENGINE=wasm decide which engine computes for RSA. */
const RSA_ENGINE = 'test/choose-rsa-engine.ts'

export default defineConfig({
  test: {
    projects: [
      testProject('crypto', 'packages/crypto', RSA_ENGINE),
      testProject('lifecycle', 'packages/lifecycle'),
      testProject('hsm', 'packages/hsm', RSA_ENGINE),
      testProject('rest', 'packages/rest'),
      testProject('azure', 'packages/azure'),
      testProject('server', 'packages/server'),
      testProject('tools', 'tools'),
      testProject('benchmarks', 'benchmarks'),
      testProject('tour', 'examples/tour'),
      testProject('sealed-files', 'examples/sealed-files'),
      testProject('jwt-signer', 'examples/jwt-signer'),
      testProject('kms-emulator', 'examples/kms-emulator'),
      testProject('browser', 'examples/browser'),
    ],
    coverage: { provider: 'v8', include: ['packages/*/src/**/*.ts'] },
  },
})
