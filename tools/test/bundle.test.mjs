// The bundler, on a package of a few lines: what it writes, and when it writes again.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bundlePackages } from '../bundle.mjs'
import { entryPointsOf } from '../lib/entry-points.mjs'

const FILES = {
  'package.json': JSON.stringify({
    name: 'toy',
    type: 'module',
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './side': './dist/deep/side.js',
      './package.json': './package.json',
    },
    dependencies: { other: '1.0.0' },
  }),
  'src/index.ts': "import { count } from './count.ts'\nexport const next = (): number => count()\n",
  'src/deep/side.ts': "export { count as otherNext } from '../count.ts'\n",
  'src/count.ts': 'let calls = 0\n/** Counts. */\nexport const count = (): number => ++calls\n',
}

let root
const home = () => join(root, 'packages', 'toy')
const write = (path, text) => {
  mkdirSync(dirname(join(home(), path)), { recursive: true })
  writeFileSync(join(home(), path), text)
}
const read = (path) => readFileSync(join(home(), path), 'utf8')
const inDist = () =>
  readdirSync(join(home(), 'dist'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort()
const age = (path, seconds) => {
  const then = Date.now() / 1000 + seconds
  utimesSync(join(home(), path), then, then)
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bundle-'))
  for (const [path, text] of Object.entries(FILES)) write(path, text)
  for (const path of [...Object.keys(FILES), 'src', 'src/deep']) age(path, -60)
})
afterEach(() => rmSync(root, { recursive: true }))

it('the entry points are the built files that package.json names', () => {
  expect(
    entryPointsOf({
      exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
      imports: { '#thread': './dist/thread.js' },
      bin: { toy: './dist/command/main.js', again: './dist/index.js' },
    }),
  ).toEqual(['index', 'thread', 'command/main'])
})

describe('a bundle', () => {
  it('has a file for each entry point, and their common state once', async () => {
    await bundlePackages(root)
    const { next } = await import(pathToFileURL(join(home(), 'dist/index.js')).href)
    const { otherNext } = await import(pathToFileURL(join(home(), 'dist/deep/side.js')).href)
    expect([next(), otherNext(), next()]).toEqual([1, 2, 3])
  })

  it('maps its code to the sources', async () => {
    await bundlePackages(root)
    expect(read('dist/index.js')).toMatch(/^\/\/# sourceMappingURL=index\.js\.map$/m)
    expect(JSON.parse(read('dist/index.js.map')).sources).toEqual(['../src/index.ts'])
  })

  it('imports a dependency and includes no comment but legal ones', async () => {
    write('src/index.ts', "/** Gone. */\nexport { thing } from 'other/part.js'\n")
    await bundlePackages(root)
    expect(read('dist/index.js')).toContain('from "other/part.js"')
    expect(read('dist/index.js')).not.toContain('Gone')
  })

  it('replaces the JavaScript of an older build, and leaves the declarations', async () => {
    for (const path of ['dist/old.js', 'dist/deep/old.js.map', 'dist/old.d.ts']) write(path, '')
    await bundlePackages(root)
    expect(inDist()).not.toContain('old.js')
    expect(inDist()).not.toContain('old.js.map')
    expect(inDist()).toContain('old.d.ts')
  })

  it.each([
    ['does not exist', "export { thing } from './missing.ts'"],
    ['is no dependency', "export { thing } from 'stranger'"],
    ['does not parse', 'export const = 1'],
  ])('is refused when what a source imports or says %s', async (_, text) => {
    write('src/index.ts', text)
    await expect(bundlePackages(root)).rejects.toThrow()
    expect(existsSync(join(home(), 'dist/index.js'))).toBe(false)
  })
})

describe('bundling', () => {
  it('is not done twice', async () => {
    expect(await bundlePackages(root)).toContain('packages/toy/dist/index.js')
    expect(await bundlePackages(root)).toEqual([])
  })

  it.each(['src/count.ts', 'package.json', 'src/deep'])(
    'is due when %s has changed',
    async (path) => {
      await bundlePackages(root)
      age(path, 60)
      expect(await bundlePackages(root)).not.toEqual([])
    },
  )

  it('is due when a file of the bundle is gone', async () => {
    await bundlePackages(root)
    rmSync(join(home(), 'dist/deep/side.js'))
    expect(await bundlePackages(root)).toContain('packages/toy/dist/deep/side.js')
  })

  it('is due after an older build, which left no stamp', async () => {
    write('dist/index.js', 'export {}')
    expect(await bundlePackages(root)).toContain('packages/toy/dist/index.js')
  })
})
