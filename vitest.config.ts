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
    // Vitest leaves one core to itself, which is half of a machine with two.
    maxWorkers: '100%' as const,
  },
})

/** Test files one after the other, in one process, after those of the others: what is slow to start is started once. */
const oneByOne = ({ test }: ReturnType<typeof testProject>) => ({
  test: { ...test, fileParallelism: false, maxWorkers: 1, sequence: { groupOrder: 1 } },
})

/** Lets ENGINE=portable run the tests with the implementations for hosts without WebAssembly. */
const ENGINES = 'test/choose-engines.ts'

export default defineConfig({
  test: {
    projects: [
      testProject('crypto', 'packages/crypto', ENGINES),
      testProject('lifecycle', 'packages/lifecycle'),
      testProject('access', 'packages/access'),
      testProject('hsm', 'packages/hsm', ENGINES),
      testProject('rest', 'packages/rest'),
      testProject('identity', 'packages/identity'),
      testProject('azure', 'packages/azure'),
      oneByOne(testProject('postgres', 'packages/postgres')),
      testProject('console', 'packages/console'),
      testProject('server', 'packages/server'),
      testProject('tools', 'tools'),
      testProject('site', 'site'),
      testProject('benchmarks', 'benchmarks'),
      testProject('tour', 'examples/tour'),
      testProject('sealed-files', 'examples/sealed-files'),
      testProject('jwt-signer', 'examples/jwt-signer'),
      testProject('kms-emulator', 'examples/kms-emulator'),
      testProject('browser', 'examples/browser'),
      testProject('recipes', 'examples/recipes'),
    ],
    coverage: { provider: 'v8', include: ['packages/*/src/**/*.ts'] },
  },
})
