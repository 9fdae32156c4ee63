// What is looked for in a tarball. Packing and installing themselves are tried by the check, on the real packages.

import { describe, expect, it } from 'vitest'
import { faultsOfContents } from '../lib/packed-contents.mjs'

const COMPLETE = {
  'package.json': '{ "name": "toy", "dependencies": { "other": "0.1.0" } }',
  'README.md': '# toy',
  LICENSE: 'MIT',
  'dist/index.js': 'export {}',
  'dist/index.d.ts': 'export {}',
  'dist/deep/part.js': 'export {}',
  'dist/deep/part.d.ts': 'export {}',
}
const SOURCES = ['src/index.ts', 'src/deep/part.ts']

const faultsWith = (changes, sources = SOURCES) =>
  faultsOfContents({
    files: new Map(Object.entries({ ...COMPLETE, ...changes }).filter(([, text]) => text !== null)),
    sources,
  })

describe('the contents of a tarball', () => {
  it('code, declarations, README, licence and manifest are complete', () => {
    expect(faultsWith({})).toEqual([])
  })

  it.each([
    ['dist/.tsbuildinfo'],
    ['dist/.test.tsbuildinfo'],
    ['dist/index.js.map'],
    ['src/index.ts'],
    ['test/index.test.ts'],
    ['tsconfig.json'],
  ])('%s does not belong in it', (path) => {
    expect(faultsWith({ [path]: '' })).toEqual([`${path} does not belong in it`])
  })

  it.each(['README.md', 'LICENSE', 'dist/index.d.ts'])('%s has to be in it', (path) => {
    expect(faultsWith({ [path]: null })).toEqual([`${path} is missing`])
  })

  it('what was built from a source that is gone has to go too', () => {
    expect(faultsWith({ 'dist/old.js': '' })).toEqual(['dist/old.js has no source'])
  })

  it('what has a source has to be built', () => {
    expect(faultsWith({}, [...SOURCES, 'src/new.ts'])).toEqual(['dist/new.js was not built'])
  })

  it('a source map that is not there is not pointed to', () => {
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
