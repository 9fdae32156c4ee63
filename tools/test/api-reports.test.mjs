// The reports of the public surface, of a package of a few lines.

import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { differencesFrom, reportsOf, writeReports } from '../api-reports.mjs'

const MANIFEST = {
  name: 'toy',
  version: '0.1.0',
  type: 'module',
  exports: {
    '.': { import: './dist/index.js', require: './dist/index.cjs' },
    './testing': { import: './dist/testing/index.js', require: './dist/testing/index.cjs' },
  },
}
const INDEX = 'packages/toy/api/index.api.md'
const TESTING = 'packages/toy/api/testing.api.md'

let root
let reports
const write = (path, text) => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'api-'))
  symlinkSync(
    join(import.meta.dirname, '../../node_modules'),
    join(root, 'node_modules'),
    'junction',
  )
  write('packages/toy/package.json', JSON.stringify(MANIFEST))
  write(
    'packages/toy/dist/index.d.ts',
    "import type { Side } from './side.ts'\n/** Plays. */\nexport declare function play(side: Side): void;\n",
  )
  write('packages/toy/dist/side.d.ts', "/** A side. */\nexport type Side = 'left' | 'right';\n")
  write('packages/toy/dist/testing/index.d.ts', 'export declare const toys: number;\n')
  reports = reportsOf(root)
})
afterAll(() => rmSync(root, { recursive: true }))
beforeEach(() => {
  rmSync(join(root, 'packages/toy/api'), { recursive: true, force: true })
  writeReports(root, reports)
})

it('every entry point has a report', () => {
  expect([...reports.keys()]).toEqual([INDEX, TESTING])
})

it('a report has what an entry point exports, and the types that it mentions', () => {
  expect(reports.get(INDEX)).toContain('export function play(side: Side): void;')
  expect(reports.get(INDEX)).toContain("type Side = 'left' | 'right';")
  expect(reports.get(TESTING)).toContain('export const toys: number;')
})

describe('a check', () => {
  it('is content with what was written', () => {
    expect(differencesFrom(root, reports)).toEqual([])
  })

  it('shows the lines that have changed', () => {
    write(INDEX, reports.get(INDEX).replace('| ', '| "middle" | '))
    expect(differencesFrom(root, reports)).toEqual([
      `${INDEX} has changed: run npm run api\n` +
        `    - type Side = 'left' | "middle" | 'right';\n    + type Side = 'left' | 'right';`,
    ])
  })

  it('misses a report', () => {
    rmSync(join(root, TESTING))
    expect(differencesFrom(root, reports)).toEqual([`${TESTING} is missing: run npm run api`])
  })

  it('finds the report of an entry point that is gone, and writing removes it', () => {
    const old = 'packages/toy/api/old.api.md'
    write(old, '')
    expect(differencesFrom(root, reports)).toEqual([
      `${old} belongs to no entry point: run npm run api`,
    ])
    writeReports(root, reports)
    expect(existsSync(join(root, old))).toBe(false)
  })
})

it('declarations that are not there are an error', () => {
  write('packages/bare/package.json', JSON.stringify({ ...MANIFEST, name: 'bare' }))
  try {
    expect(() => reportsOf(root)).toThrow('packages/bare')
  } finally {
    rmSync(join(root, 'packages/bare'), { recursive: true })
  }
})
