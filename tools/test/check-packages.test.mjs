// The rules for the contents of a tarball. The check itself packs and installs the real packages.

import { describe, expect, it } from 'vitest'
import { faultsOfContents } from '../lib/packed-contents.mjs'

const declarations = (stem) => `export {}\n//# sourceMappingURL=${stem}.d.ts.map`
const map = (source) => JSON.stringify({ version: 3, sourceRoot: '', sources: [source] })

const COMPLETE = {
  'package.json': '{ "name": "toy", "dependencies": { "other": "0.1.0" } }',
  'README.md': '# toy',
  LICENSE: 'MIT',
  'dist/index.js': 'export {}',
  'dist/index.d.ts': declarations('index'),
  'dist/index.d.ts.map': map('../src/index.ts'),
  'dist/deep/part.js': 'export {}',
  'dist/deep/part.d.ts': declarations('part'),
  'dist/deep/part.d.ts.map': map('../../src/deep/part.ts'),
  'src/index.ts': 'export {}',
  'src/deep/part.ts': 'export {}',
}
const SOURCES = ['src/index.ts', 'src/deep/part.ts']

const faultsWith = (changes, sources = SOURCES) =>
  faultsOfContents({
    files: new Map(Object.entries({ ...COMPLETE, ...changes }).filter(([, text]) => text !== null)),
    sources,
  })

describe('the contents of a tarball', () => {
  it('code, declarations with maps, sources, README, licence and manifest are complete', () => {
    expect(faultsWith({})).toEqual([])
  })

  it.each([
    ['dist/.tsbuildinfo'],
    ['dist/.test.tsbuildinfo'],
    ['dist/index.js.map'],
    ['src/index.js'],
    ['src/notes.md'],
    ['test/index.test.ts'],
    ['tsconfig.json'],
  ])('%s does not belong in it', (path) => {
    expect(faultsWith({ [path]: '' })).toEqual([`${path} does not belong in it`])
  })

  it.each(['README.md', 'LICENSE', 'dist/index.js'])('%s has to be in it', (path) => {
    expect(faultsWith({ [path]: null })).toEqual([`${path} is missing`])
  })

  it('the declarations of the index have to be in it', () => {
    expect(faultsWith({ 'dist/index.d.ts': null })).toEqual(['dist/index.d.ts is missing'])
  })

  it.each(SOURCES)('the source %s has to be in it', (path) => {
    expect(faultsWith({ [path]: null })).toEqual([`${path} is missing`])
  })

  it('a source that is not in the workspace does not belong in it', () => {
    expect(faultsWith({ 'src/old.ts': '' })).toEqual(['src/old.ts is not one of the sources'])
  })

  it.each(['dist/old.js', 'dist/old.d.ts.map'])(
    '%s, built from a deleted source, is a fault',
    (path) => {
      expect(faultsWith({ [path]: '' })).toEqual([`${path} has no source`])
    },
  )

  it.each(['dist/deep/part.js', 'dist/deep/part.d.ts', 'dist/deep/part.d.ts.map'])(
    '%s has to be built',
    (path) => {
      expect(faultsWith({ [path]: null })).toEqual([`${path} was not built`])
    },
  )

  it('a new source has to be built', () => {
    const faults = faultsWith({ 'src/new.ts': '' }, [...SOURCES, 'src/new.ts'])
    expect(faults).toEqual(
      ['dist/new.js', 'dist/new.d.ts', 'dist/new.d.ts.map'].map((path) => `${path} was not built`),
    )
  })

  it.each([
    ['no map', 'export {}'],
    ['another map', declarations('part')],
  ])('declarations that point to %s are a fault', (_, text) => {
    expect(faultsWith({ 'dist/index.d.ts': text })).toEqual([
      'dist/index.d.ts does not point to dist/index.d.ts.map',
    ])
  })

  it.each([
    ['outside the package', map('../../toy/src/index.ts')],
    ['to another source', map('../src/deep/part.ts')],
    ['below another root', JSON.stringify({ sourceRoot: '/build/', sources: ['../src/index.ts'] })],
    ['nowhere', JSON.stringify({ sources: [] })],
    ['to two sources', JSON.stringify({ sources: ['../src/index.ts', '../src/deep/part.ts'] })],
    ['anywhere without JSON', ''],
  ])('a map that leads %s is a fault', (_, text) => {
    expect(faultsWith({ 'dist/index.d.ts.map': text })).toEqual([
      'dist/index.d.ts.map does not lead to src/index.ts',
    ])
  })

  it('code that points to a source map is a fault', () => {
    expect(faultsWith({ 'dist/index.js': '//# sourceMappingURL=index.js.map' })).toEqual([
      'dist/index.js points to a source map that is not in it',
    ])
  })

  it.each(['catalog:', 'workspace:'])('%s is replaced by a version', (protocol) => {
    expect(
      faultsWith({ 'package.json': `{ "dependencies": { "other": "${protocol}*" } }` }),
    ).toEqual([`package.json still says ${protocol}, which npm cannot read`])
  })
})
