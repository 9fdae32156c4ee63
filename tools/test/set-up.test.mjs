// What `npm start` and `npm test` do first: which Node they refuse, and when they install again.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isInstalled, markInstalled } from '../lib/installed-stamp.mjs'
import { refusalOfNode } from '../lib/node-version.mjs'

describe('the version of Node', () => {
  it.each(['20.19.0', '20.20.2', '21.0.0', '22.1.0', '100.0.0'])('%s is new enough', (version) => {
    expect(refusalOfNode(version, '>=20.19')).toBeUndefined()
  })

  it.each(['20.18.3', '20.9.0', '18.20.8', '14.21.3', '8.0.0'])('%s is refused', (version) => {
    expect(refusalOfNode(version, '>=20.19')).toBe(
      `pocket-hsm needs Node 20.19 or newer; this is Node ${version}.`,
    )
  })
})

describe('an installation', () => {
  let root
  const write = (path, content) => writeFileSync(join(root, path), content)

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'set-up-'))
    mkdirSync(join(root, 'packages/toy/node_modules/left'), { recursive: true })
    mkdirSync(join(root, 'node_modules'))
    write('package.json', '{}')
    write('pnpm-lock.yaml', 'lockfileVersion: 9')
    write('pnpm-workspace.yaml', 'packages: [packages/*]')
    write('packages/toy/package.json', '{ "dependencies": { "left": "1.0.0" } }')
  })
  afterEach(() => rmSync(root, { recursive: true }))

  it('is due in a fresh clone', () => {
    expect(isInstalled(root)).toBe(false)
  })

  it('is not done twice', () => {
    markInstalled(root)
    expect(isInstalled(root)).toBe(true)
  })

  it.each([
    ['pnpm-lock.yaml', 'lockfileVersion: 9.1'],
    ['pnpm-workspace.yaml', 'packages: []'],
    ['packages/toy/package.json', '{ "dependencies": { "left": "1.0.1" } }'],
  ])('is due when %s has changed', (path, content) => {
    markInstalled(root)
    write(path, content)
    expect(isInstalled(root)).toBe(false)
  })

  it('is due when a package has come', () => {
    markInstalled(root)
    mkdirSync(join(root, 'packages/other'))
    write('packages/other/package.json', '{}')
    expect(isInstalled(root)).toBe(false)
  })

  it('is due when what it brought is gone', () => {
    markInstalled(root)
    rmSync(join(root, 'packages/toy/node_modules'), { recursive: true })
    expect(isInstalled(root)).toBe(false)
  })
})
