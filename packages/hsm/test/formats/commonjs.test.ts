/** The CommonJS modules, as `require` loads them in plain jest. */

import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'

it('jest without flags loads every entry point', () => {
  const require = createRequire(import.meta.url)
  const jest = join(dirname(require.resolve('jest/package.json')), 'bin/jest.js')
  const config = join(import.meta.dirname, 'jest.config.json')
  const { NODE_OPTIONS: _, VITEST: __, ...env } = process.env
  const output = execFileSync(
    process.execPath,
    [jest, '--config', config, '--ci', '--json', '--silent'],
    { env, stdio: ['ignore', 'pipe', 'ignore'] },
  )
  expect(JSON.parse(output.toString())).toMatchObject({
    numPassedTests: 3,
    numFailedTests: 0,
    success: true,
  })
})
