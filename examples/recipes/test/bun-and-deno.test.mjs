// The same script under Node.js, and under Bun and Deno where they are installed.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const script = join(import.meta.dirname, '../bun-and-deno.mjs')
const isInstalled = (command) => spawnSync(command, ['--version']).status === 0

describe.each([
  ['node', process.execPath, []],
  ['bun', process.env.BUN ?? 'bun', []],
  ['deno', process.env.DENO ?? 'deno', ['run', '--allow-all', '--no-lock', '--quiet']],
])('under %s', (_, command, args) => {
  it.skipIf(!isInstalled(command))(
    'the unchanged client and a server work; skipped where it is not installed',
    () => {
      const { status, stdout, stderr } = spawnSync(command, [...args, script], { encoding: 'utf8' })
      expect(stdout + stderr).toContain('works')
      expect(status).toBe(0)
    },
  )
})
