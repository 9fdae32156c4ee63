/** The library that intercepts is loaded when it is needed, in both formats. */

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const PACKAGE = join(import.meta.dirname, '../..')

const LIST = `
  const loaded = () => Object.keys(require.cache).some((path) => path.includes('@mswjs'))
  const before = loaded()
  const stop = azure.interceptAzure([])
  stop()
  console.log(before, loaded())`

it.each([
  [
    'module',
    `import { createRequire } from 'node:module'
     import * as azure from '@pocket-hsm/azure'
     const require = createRequire(import.meta.url)${LIST}`,
  ],
  ['commonjs', `const azure = require('@pocket-hsm/azure')${LIST}`],
])('%s: importing the package does not load it, and calling interceptAzure does', (type, code) => {
  const args = [`--input-type=${type}`, '--eval', code]
  const { NODE_OPTIONS: _, ...env } = process.env
  const output = execFileSync(process.execPath, args, { cwd: PACKAGE, env, encoding: 'utf8' })
  expect(output).toBe('false true\n')
})
