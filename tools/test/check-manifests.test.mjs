// What the package.json files of the packages have in common, and that it can be written.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { faultsOfManifests, writeManifests } from '../lib/manifests.mjs'

const WORKSPACE = {
  license: 'MIT',
  engines: { node: '>=20.19' },
  repository: { type: 'git', url: 'git+https://example.com/toys/toys.git' },
}

const TOY = {
  name: 'toy',
  description: 'A toy.',
  keywords: ['one', 'two', 'three'],
  exports: {
    '.': './dist/index.js',
    './deep': './dist/deep/index.js',
    './side': './dist/side.js',
    './package.json': './package.json',
  },
}

let root
const write = (path, value) => writeFileSync(join(root, path), JSON.stringify(value))
const writeToy = (changes) => write('packages/toy/package.json', { ...TOY, ...changes })
const readToy = () => JSON.parse(readFileSync(join(root, 'packages/toy/package.json'), 'utf8'))

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'manifests-'))
  mkdirSync(join(root, 'packages', 'toy'), { recursive: true })
  write('package.json', WORKSPACE)
  writeToy({})
})
afterEach(() => rmSync(root, { recursive: true }))

it('the packages of this workspace agree with its package.json', () => {
  expect(faultsOfManifests(join(import.meta.dirname, '..', '..'))).toEqual([])
})

describe('what is written', () => {
  it('is complete', () => {
    expect(writeManifests(root)).toEqual(['packages/toy/package.json'])
    expect(faultsOfManifests(root)).toEqual([])
    expect(writeManifests(root)).toEqual([])
  })

  it('leads to the repository', () => {
    writeManifests(root)
    expect(readToy()).toMatchObject({
      homepage: 'https://example.com/toys/toys/tree/main/packages/toy#readme',
      bugs: { url: 'https://example.com/toys/toys/issues' },
      repository: { url: 'git+https://example.com/toys/toys.git', directory: 'packages/toy' },
    })
  })

  it('has both formats of every entry point, each with its declarations', () => {
    writeManifests(root)
    expect(readToy().exports['./deep']).toEqual({
      import: { types: './dist/deep/index.d.ts', default: './dist/deep/index.js' },
      require: { types: './dist/deep/index.d.cts', default: './dist/deep/index.cjs' },
    })
  })

  it('leads node10 to the declarations of every entry point', () => {
    writeManifests(root)
    expect(readToy()).toMatchObject({
      types: './dist/index.d.cts',
      typesVersions: {
        '*': { deep: ['./dist/deep/index.d.cts'], side: ['./dist/side.d.cts'] },
      },
    })
  })
})

describe('the version that pocket-hsm says of itself', () => {
  const SAYS = join('packages', 'hsm', 'src', 'copies', 'this-copy.ts')

  beforeEach(() => {
    mkdirSync(join(root, SAYS, '..'), { recursive: true })
    write('packages/hsm/package.json', { ...TOY, version: '0.2.0' })
    writeManifests(root)
  })

  it('is that of its package.json', () => {
    writeFileSync(join(root, SAYS), "const copy = { version: '0.1.0', format: 1 }")
    expect(faultsOfManifests(root)).toEqual([
      "packages/hsm/src/copies/this-copy.ts: version has to be '0.2.0'",
    ])
    expect(writeManifests(root)).toEqual(['packages/hsm/src/copies/this-copy.ts'])
    expect(readFileSync(join(root, SAYS), 'utf8')).toBe(
      "const copy = { version: '0.2.0', format: 1 }",
    )
    expect(faultsOfManifests(root)).toEqual([])
  })
})

describe('it is a fault', () => {
  const faultsWith = (changes) => {
    writeToy({})
    writeManifests(root)
    write('packages/toy/package.json', { ...readToy(), ...changes })
    return faultsOfManifests(root)
  }

  it.each([
    ['license', 'ISC'],
    ['homepage', 'https://example.com'],
    ['bugs', undefined],
    ['repository', WORKSPACE.repository],
    ['publishConfig', {}],
    ['main', './dist/index.js'],
    ['typesVersions', undefined],
    ['scripts', {}],
    ['engines', { node: '>=22' }],
  ])('that %s differs', (field, value) => {
    expect(faultsWith({ [field]: value })).toEqual([
      expect.stringContaining(`packages/toy/package.json: ${field} has to be`),
    ])
  })

  it('that an entry point has one format', () => {
    const faults = faultsWith({ exports: { ...readToy().exports, './side': './dist/side.js' } })
    expect(faults.join()).toContain('exports has to be')
  })

  it.each([
    [{ keywords: ['one', 'two'] }, 'give it 3 keywords or more'],
    [{ keywords: undefined }, 'give it 3 keywords or more'],
    [{ description: undefined }, 'description is missing'],
  ])('that it is not described: %j', (changes, fault) => {
    expect(faultsWith(changes)).toEqual([`packages/toy/package.json: ${fault}`])
  })

  it('of a published package alone', () => {
    writeToy({ private: true })
    expect(faultsOfManifests(root)).toEqual([])
  })
})
