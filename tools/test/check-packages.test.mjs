// The rules for the contents of a tarball. The check itself packs and installs the real packages.

import { describe, expect, it } from 'vitest'
import { faultsOfContents } from '../lib/packed-contents.mjs'

const declarations = (stem, ending = 'ts') =>
  `export {}\n//# sourceMappingURL=${stem}.d.${ending}.map`
const code = (stem, ending = 'js') => `export {}\n//# sourceMappingURL=${stem}.${ending}.map`
const map = (source) => JSON.stringify({ version: 3, sourceRoot: '', sources: [source] })

const COMPLETE = {
  'package.json': JSON.stringify({
    name: 'toy',
    exports: {
      '.': { import: './dist/index.js', require: './dist/index.cjs' },
      './side': { default: './dist/deep/side.js' },
    },
    dependencies: { other: '0.1.0' },
  }),
  'README.md': '# toy',
  LICENSE: 'MIT',
  'dist/index.js': `import { part } from "./chunks/part.js";\n${code('index')}`,
  'dist/index.js.map': map('../src/index.ts'),
  'dist/index.d.ts': declarations('index'),
  'dist/index.d.ts.map': map('../src/index.ts'),
  'dist/index.cjs': `const part = require("./chunks/part.cjs")\n${code('index', 'cjs')}`,
  'dist/index.cjs.map': map('../src/index.ts'),
  'dist/index.d.cts': `export { part } from './deep/part.cjs'\n${declarations('index', 'cts')}`,
  'dist/index.d.cts.map': map('../src/index.ts'),
  'dist/chunks/part.cjs': code('part', 'cjs'),
  'dist/chunks/part.cjs.map': map('../../src/deep/part.ts'),
  'dist/deep/part.d.cts': declarations('part', 'cts'),
  'dist/deep/part.d.cts.map': map('../../src/deep/part.ts'),
  'dist/deep/side.js': 'export { part } from "../chunks/part.js";',
  'dist/chunks/part.js': code('part'),
  'dist/chunks/part.js.map': map('../../src/deep/part.ts'),
  'dist/deep/side.d.ts': declarations('side'),
  'dist/deep/side.d.ts.map': map('../../src/deep/side.ts'),
  'dist/deep/part.d.ts': declarations('part'),
  'dist/deep/part.d.ts.map': map('../../src/deep/part.ts'),
  'src/index.ts': 'export {}',
  'src/deep/part.ts': 'export {}',
  'src/deep/side.ts': 'export {}',
}
const SOURCES = ['src/index.ts', 'src/deep/part.ts', 'src/deep/side.ts']

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
    ['src/index.js'],
    ['src/notes.md'],
    ['test/index.test.ts'],
    ['tsconfig.json'],
  ])('%s does not belong in it', (path) => {
    expect(faultsWith({ [path]: '' })).toEqual([`${path} does not belong in it`])
  })

  it.each(['README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.cts'])(
    '%s has to be in it',
    (path) => {
      expect(faultsWith({ [path]: null })).toEqual([`${path} is missing`])
    },
  )

  it('the declarations of the index have to be in it', () => {
    expect(faultsWith({ 'dist/index.d.ts': null })).toContain('dist/index.d.ts is missing')
  })

  it.each(SOURCES)('the source %s has to be in it', (path) => {
    expect(faultsWith({ [path]: null })).toEqual([`${path} is missing`])
  })

  it('a source that is not in the workspace does not belong in it', () => {
    expect(faultsWith({ 'src/old.ts': '' })).toEqual(['src/old.ts is not one of the sources'])
  })

  it('declarations built from a deleted source are a fault', () => {
    expect(faultsWith({ 'dist/old.d.ts.map': '' })).toEqual(['dist/old.d.ts.map has no source'])
    expect(faultsWith({ 'dist/old.d.cts.map': '' })).toEqual(['dist/old.d.cts.map has no source'])
  })

  it.each(['dist/old.js', 'dist/old.cjs', 'dist/deep/part.js', 'dist/chunks/old.js'])(
    '%s, which is no entry point and which no file imports, is a fault',
    (path) => {
      expect(faultsWith({ [path]: '' })).toEqual([`${path} is neither an entry point nor imported`])
    },
  )

  it('a source map without its code is a fault', () => {
    expect(faultsWith({ 'dist/old.js.map': '' })).toEqual(['dist/old.js.map belongs to no code'])
  })

  it.each(['dist/deep/side.js', 'dist/deep/part.d.ts.map', 'dist/deep/part.d.cts'])(
    '%s has to be built',
    (path) => {
      expect(faultsWith({ [path]: null })).toContain(`${path} was not built`)
    },
  )

  it('the declarations of a CommonJS entry point have to be built', () => {
    const both = COMPLETE['package.json'].replace(
      '{"default":"./dist/deep/side.js"}',
      '{"import":"./dist/deep/side.js","require":"./dist/deep/side.cjs"}',
    )
    expect(faultsWith({ 'package.json': both })).toEqual([
      'dist/deep/side.d.cts was not built',
      'dist/deep/side.cjs was not built',
    ])
  })

  it.each(['dist/chunks/part.js', 'dist/chunks/part.cjs'])(
    'the chunk %s, which a file imports, has to be built',
    (path) => {
      expect(faultsWith({ [path]: null, [`${path}.map`]: null })).toEqual([`${path} was not built`])
    },
  )

  it('a chunk is imported where white space is left out too', () => {
    const short = 'import{part}from"../chunks/late.js";export{part};'
    expect(faultsWith({ 'dist/deep/side.js': short, 'dist/chunks/late.js': '' })).toEqual([])
  })

  it('a chunk that is loaded when needed is imported too', () => {
    const path = 'dist/chunks/late.js'
    const late = 'export const load = () => import("../chunks/late.js")'
    expect(faultsWith({ 'dist/deep/side.js': late, [path]: '' })).toEqual([])
  })

  it('a new source has to be built', () => {
    const faults = faultsWith({ 'src/new.ts': '' }, [...SOURCES, 'src/new.ts'])
    expect(faults).toEqual(
      ['dist/new.d.ts', 'dist/new.d.ts.map'].map((path) => `${path} was not built`),
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

  it('code that points to a source map that is not packed is a fault', () => {
    expect(faultsWith({ 'dist/index.js.map': null })).toEqual([
      'dist/index.js points to a source map that is not in it',
    ])
  })

  it('code that does not point to its source map is a fault', () => {
    expect(faultsWith({ 'dist/chunks/part.js': 'export {}' })).toEqual([
      'dist/chunks/part.js does not point to its map',
    ])
  })

  it.each([
    ['outside the package', map('../../toy/src/index.ts')],
    ['nowhere', JSON.stringify({ sources: [] })],
    ['anywhere without JSON', ''],
  ])('a source map of code that leads %s is a fault', (_, text) => {
    expect(faultsWith({ 'dist/index.js.map': text })).toEqual([
      'dist/index.js.map does not lead to the sources',
    ])
  })

  it.each([
    ['dist/THIRD-PARTY-NOTICES is missing', null],
    ['another version line is there', 'Here is @noble/hashes\n'],
  ])('a library in the bundle whose licence is not there is a fault: %s', (_, notices) => {
    const changes = {
      'dist/index.js.map': map('../node_modules/@noble/hashes/utils.js'),
      'dist/THIRD-PARTY-NOTICES': notices,
    }
    expect(faultsWith(changes)).toEqual([
      'dist/THIRD-PARTY-NOTICES has no licence of @noble/hashes',
    ])
  })

  it('a library in the bundle may have its licence there', () => {
    const changes = {
      'dist/index.js.map': map('../node_modules/@noble/hashes/utils.js'),
      'dist/THIRD-PARTY-NOTICES': '@noble/hashes 2.4.0\n\nThe MIT License',
    }
    expect(faultsWith(changes)).toEqual([])
  })

  it('a package of this workspace in the bundle needs no licence of its own', () => {
    const included = map('../node_modules/@pocket-hsm/access/src/index.ts')
    expect(faultsWith({ 'dist/index.js.map': included })).toEqual([])
  })

  it.each(['catalog:', 'workspace:'])('%s is replaced by a version', (protocol) => {
    expect(
      faultsWith({ 'package.json': COMPLETE['package.json'].replace('0.1.0', `${protocol}*`) }),
    ).toEqual([`package.json still says ${protocol}, which npm cannot read`])
  })
})
