/** The set-up files, each under its test runner, in a process of its own. */

import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const HERE = import.meta.dirname
const requireHere = createRequire(import.meta.url)
const jest = join(requireHere.resolve('jest/package.json'), '../bin/jest.js')
const vitest = join(requireHere.resolve('vitest/package.json'), '../vitest.mjs')

/** Runs Node.js with arguments, and returns its exit code and its output. */
async function run(...args: readonly string[]): Promise<readonly [number, string]> {
  const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, VITEST: ___, ...env } = process.env
  const options = { cwd: join(HERE, '../..'), env: { ...env, FORCE_COLOR: '0', NO_COLOR: '1' } }
  const ended = promisify(execFile)(process.execPath, args, options)
  const { code = 0, stdout, stderr } = await ended.catch((error) => error)
  return [code, stdout + stderr]
}

const withJest = (...args: readonly string[]) =>
  run('--experimental-vm-modules', jest, '--cache=false', ...args)

describe('each test has a fork, the matchers and its own time', () => {
  it('under vitest, with two files in one worker', async () => {
    const [code, output] = await run(
      vitest,
      'run',
      '--config',
      join(HERE, 'vitest.set-up.config.mjs'),
    )
    expect(output).toMatch(/Tests\s+9 passed \(9\)/)
    expect(code).toBe(0)
  })

  it('under jest', async () => {
    const [code, output] = await withJest('--config', join(HERE, 'jest.set-up.config.json'))
    expect(output).toContain('Tests:       5 passed, 5 total')
    expect(code).toBe(0)
  })

  it.each([
    ['an import in each file', []],
    ['--import', ['--import', '@pocket-hsm/azure/node-test']],
  ])('under node:test, by %s', async (_, args) => {
    const file = join(HERE, 'set-up.node-test.mjs')
    const [code, output] = await run(...args, '--test', '--test-reporter=tap', file)
    expect(output).toContain('# pass 5\n# fail 0')
    expect(code).toBe(0)
  })
})

describe('what is missing is said', () => {
  it('jest’s hooks, in setupFiles', async () => {
    const config = { testMatch: ['**/set-up.jest.mjs'], transform: {}, rootDir: HERE }
    const setupFiles = [requireHere.resolve('@pocket-hsm/azure/jest')]
    const [code, output] = await withJest('--config', JSON.stringify({ ...config, setupFiles }))
    expect(output).toContain('name it in setupFilesAfterEnv, not in setupFiles')
    expect(code).toBe(1)
  })

  it('the set-up file, for currentHsm and useHsm', async () => {
    const { testFile } = await import('../../src/runners/test-file.ts')
    expect(() => testFile().currentHsm()).toThrow("setupFiles: ['@pocket-hsm/azure/vitest']")
    expect(() => testFile().useHsm([])).toThrow('useHsm needs the set-up file')
  })
})
