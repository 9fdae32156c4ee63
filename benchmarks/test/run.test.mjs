import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const PROGRAM = fileURLToPath(new URL('../run.mjs', import.meta.url))
const run = (...words) => spawnSync(process.execPath, [PROGRAM, ...words], { encoding: 'utf8' })

let out
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'pocket-hsm-bench-'))
})
afterAll(() => rmSync(out, { recursive: true }))

describe('npm run bench', () => {
  it('writes the page, the figures and a chart, and keeps what other groups found', () => {
    for (const group of ['wrap', 'facade']) {
      const { status, stderr } = run('--quick', '--group', group, '--out', out)
      expect(stderr).toBe('')
      expect(status).toBe(0)
    }
    const { groups } = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8'))
    expect(groups.map(({ name }) => name)).toEqual(['wrap', 'facade'])
    for (const { measured } of groups) expect(measured).toMatchObject({ quick: true })
    const page = readFileSync(join(out, 'RESULTS.md'), 'utf8')
    expect(page).toMatch(
      /\| wrap \| A256KW wrap, a key of 32 bytes \| .* \| (\*\*not met\*\*|met) \|/,
    )
    for (const name of ['wrap', 'facade']) {
      expect(existsSync(join(out, 'charts', `${name}.svg`))).toBe(true)
    }
  })

  it('writes nothing with --no-write', () => {
    const elsewhere = join(out, 'nothing')
    const { status, stdout } = run('--quick', '--no-write', '--group', 'wrap', '--out', elsewhere)
    expect(status).toBe(0)
    expect(stdout).toContain('Wrapping keys')
    expect(existsSync(elsewhere)).toBe(false)
  })

  it('refuses an unknown group with one line and without a trace', () => {
    const { status, stderr } = run('--group', 'des')
    expect(status).toBe(1)
    expect(stderr).toMatch(/^There is no group "des"\. The groups are .*\.\n$/)
  })
})
