// tools/postgres: a PostgreSQL of its own for a command.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findPrograms } from '../postgres/programs.mjs'

const RUN = join(import.meta.dirname, '..', 'postgres', 'run.mjs')

const run = (args, environment = {}) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [RUN, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  })
  return { status, stdout, stderr }
}

const programs = findPrograms()

let empty
beforeAll(() => {
  empty = mkdtempSync(join(tmpdir(), 'postgres-tool-'))
})
afterAll(() => rmSync(empty, { recursive: true }))

describe('without PostgreSQL', () => {
  it('says why and ends with 77', () => {
    const { status, stdout } = run(['true'], { POSTGRES_BIN: empty })
    expect(status).toBe(77)
    expect(stdout).toBe('Skipped: POSTGRES_BIN has no PostgreSQL 15 or later.\n')
  })

  it('finds nothing in empty folders', () => {
    expect(findPrograms({ environment: { PATH: empty }, debian: empty })).toBeUndefined()
  })
})

describe('a wrong command line', () => {
  it.each([
    [[], 2, 'Name a command to run'],
    [['restart'], 2, 'restart takes 1 to 2 arguments.'],
    [['restart', 'folder', 'smart'], 2, 'The mode is fast or immediate, not smart.'],
  ])('%j ends with %i', (args, code, text) => {
    const { status, stderr } = run(args)
    expect(status).toBe(code)
    expect(stderr).toContain(text)
  })

  it('stops and removes no folder of somebody else', () => {
    const { status, stderr } = run(['stop', empty])
    expect(status).toBe(1)
    expect(stderr).toContain('is no folder that start has made')
    expect(existsSync(empty)).toBe(true)
  })
})

describe.skipIf(programs === undefined)('with PostgreSQL', () => {
  it('runs a command, ends with its exit code, and leaves nothing', () => {
    const script = 'process.stdout.write(process.env.TEST_POSTGRES_FOLDER); process.exit(3)'
    const { status, stdout } = run([process.execPath, '-e', script])
    expect(status).toBe(3)
    expect(stdout).toMatch(/pocket-hsm-postgres-/)
    expect(existsSync(stdout)).toBe(false)
  })

  it('starts one that stays, on its port after a restart, until it is stopped', () => {
    const folder = /^TEST_POSTGRES_FOLDER=(.*)$/m.exec(run(['start']).stdout)?.[1]
    try {
      expect(existsSync(join(folder, 'data', 'postmaster.pid'))).toBe(true)
      expect(run(['restart', folder, 'immediate'])).toMatchObject({ status: 0 })
      expect(existsSync(join(folder, 'data', 'postmaster.pid'))).toBe(true)
    } finally {
      expect(run(['stop', folder])).toMatchObject({ status: 0 })
    }
    expect(existsSync(folder)).toBe(false)
  })
})
