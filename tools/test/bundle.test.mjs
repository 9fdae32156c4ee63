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
import { createRequire } from 'node:module'
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
      '.': { import: './dist/index.js', require: './dist/index.cjs' },
      './side': { import: './dist/deep/side.js', require: './dist/deep/side.cjs' },
      './late': { require: './dist/late.cjs' },
      './package.json': './package.json',
    },
    dependencies: { other: '1.0.0', modern: '1.0.0', both: '1.0.0' },
  }),
  'node_modules/modern/package.json': JSON.stringify({
    name: 'modern',
    version: '1.0.0',
    type: 'module',
    exports: { '.': { types: './index.d.ts', default: './index.js' } },
  }),
  'node_modules/modern/index.js': 'export const modern = "modern"\n',
  'node_modules/modern/LICENSE.md': 'Free for all\n',
  'node_modules/both/package.json': JSON.stringify({
    name: 'both',
    type: 'module',
    exports: { import: './index.js', require: './index.cjs' },
  }),
  'src/index.ts': "import { count } from './count.ts'\nexport const next = (): number => count()\n",
  'src/deep/side.ts': "export { count as otherNext } from '../count.ts'\n",
  'src/late.ts': "export const late = async () => (await import('./count.ts')).count()\n",
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

it('the CommonJS entry points are those that end with .cjs', () => {
  const exports = { '.': { import: './dist/index.js', require: './dist/index.cjs' } }
  expect(entryPointsOf({ exports, bin: './dist/main.js' }, '.cjs')).toEqual(['index'])
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

  it('keeps the names of functions and classes, and shortens those inside of them', async () => {
    write(
      'src/index.ts',
      'class Wrong extends Error {}\nconst twice = (amount: number) => helper(amount) * 2\n' +
        'function helper(amount: number): number {\n  if (amount < 0) throw new Wrong()\n  return amount\n}\n' +
        'export { twice as thing }\n',
    )
    await bundlePackages(root)
    expect(read('dist/index.js')).toMatch(/function helper\(/)
    expect(read('dist/index.js')).toMatch(/Wrong=class|class Wrong/)
    expect(read('dist/index.js')).not.toMatch(/amount/)
  })

  it('imports a dependency and includes no comment but legal ones', async () => {
    write('src/index.ts', "/** Gone. */\nexport { thing } from 'other/part.js'\n")
    await bundlePackages(root)
    expect(read('dist/index.js')).toContain('from"other/part.js"')
    expect(read('dist/index.js')).not.toContain('Gone')
  })

  it('has a CommonJS file for each entry point, and their common state once', async () => {
    await bundlePackages(root)
    const require = createRequire(join(home(), 'package.json'))
    const { next } = require('./dist/index.cjs')
    const { otherNext } = require('./dist/deep/side.cjs')
    expect([next(), otherNext(), next()]).toEqual([1, 2, 3])
    expect(JSON.parse(read('dist/index.cjs.map')).sources).toEqual(['../src/index.ts'])
    expect(await require('./dist/late.cjs').late()).toBe(4)
  })

  it('loads code that is loaded when needed without import(), which jest refuses', async () => {
    await bundlePackages(root)
    expect(read('dist/late.cjs')).not.toContain('import(')
  })

  it('includes, in CommonJS alone, a dependency that require cannot load, and its licence', async () => {
    write('src/index.ts', "export { modern } from 'modern'\nexport { both } from 'both'\n")
    await bundlePackages(root)
    expect(read('dist/index.js')).toContain('from"modern"')
    expect(read('dist/index.cjs')).not.toContain('require("modern")')
    expect(read('dist/index.cjs')).toContain('require("both")')
    expect(read('dist/THIRD-PARTY-NOTICES')).toBe('modern 1.0.0\n\nFree for all\n')
    expect(JSON.parse(read('dist/index.cjs.map')).sources).toContain(
      '../node_modules/modern/index.js',
    )
  })

  describe('with a module named *.deferred.ts', () => {
    beforeEach(() => {
      write(
        'src/index.ts',
        "import { slow } from './slow.deferred.ts'\nexport const run = (n: number): number => slow(n)\n",
      )
      write(
        'src/slow.deferred.ts',
        "import { modern } from 'modern'\nglobalThis.slowRuns = (globalThis.slowRuns ?? 0) + 1\nexport type Slow = typeof slow\nexport function slow(n: number): number {\n  return n + modern.length\n}\n",
      )
      write(
        'package.json',
        JSON.stringify({
          ...JSON.parse(FILES['package.json']),
          exports: { import: './dist/index.js', require: './dist/index.cjs' },
          dependencies: {},
        }),
      )
    })
    afterEach(() => {
      delete globalThis.slowRuns
    })

    it.each([
      ['index.js', (path) => import(pathToFileURL(path).href)],
      ['index.cjs', (path) => createRequire(path)(path)],
    ])('%s runs it at the first call, and once', async (file, load) => {
      await bundlePackages(root)
      const { run } = await load(join(home(), 'dist', file))
      expect(globalThis.slowRuns).toBeUndefined()
      expect([run(1), run(2), globalThis.slowRuns]).toEqual([7, 8, 1])
    })

    it('maps its code, and lists the licence of what it includes', async () => {
      await bundlePackages(root)
      expect(JSON.parse(read('dist/index.js.map')).sources).toContain('../src/slow.deferred.ts')
      expect(read('dist/THIRD-PARTY-NOTICES')).toContain('modern 1.0.0')
    })

    it('is refused if it exports anything but functions and types', async () => {
      write('src/slow.deferred.ts', 'export const slow = (n: number): number => n\n')
      await expect(bundlePackages(root)).rejects.toThrow('it must export functions')
    })
  })

  it('imports another entry point that a source imports, and shares no chunk with it', async () => {
    write('src/deep/side.ts', "export { next as otherNext } from '../index.ts'\n")
    await bundlePackages(root)
    const { next } = await import(pathToFileURL(join(home(), 'dist/index.js')).href)
    const { otherNext } = await import(pathToFileURL(join(home(), 'dist/deep/side.js')).href)
    expect([next(), otherNext(), next()]).toEqual([1, 2, 3])
    expect(inDist().filter((file) => file.endsWith('.js'))).toEqual(['index.js', 'side.js'])
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

describe('the declarations of the CommonJS files', () => {
  const DECLARED = {
    'dist/index.d.ts':
      "import type { Kind } from './kind.ts';\n/**\n * from './index.ts'\n */\nexport declare const kind: Kind | import(\"./deep/other.ts\").Other;\n//# sourceMappingURL=index.d.ts.map",
    'dist/index.d.ts.map': '{"version":3,"file":"index.d.ts","sources":["../src/index.ts"]}',
    'dist/kind.d.ts': "export type { Other as Kind } from './deep/other.ts';\n",
    'dist/kind.d.ts.map': '{"file":"kind.d.ts"}',
    'dist/deep/other.d.ts': "export type Other = 1;\nexport type { Kind } from '../kind.ts';\n",
    'dist/deep/other.d.ts.map': '{"file":"other.d.ts"}',
    'dist/unused.d.ts': 'export {};\n',
    'dist/unused.d.ts.map': '{"file":"unused.d.ts"}',
  }

  beforeEach(() => {
    for (const [path, text] of Object.entries(DECLARED)) write(path, text)
  })

  it('say what the compiler wrote, and lead to each other', async () => {
    await bundlePackages(root)
    expect(read('dist/index.d.cts')).toBe(
      "import type { Kind } from './kind.cjs';\n/**\n * from './index.ts'\n */\nexport declare const kind: Kind | import('./deep/other.cjs').Other;\n//# sourceMappingURL=index.d.cts.map",
    )
    expect(read('dist/deep/other.d.cts')).toContain("from '../kind.cjs'")
    expect(JSON.parse(read('dist/index.d.cts.map'))).toEqual({
      version: 3,
      file: 'index.d.cts',
      sources: ['../src/index.ts'],
    })
  })

  it('are those that an entry point leads to, and no others', async () => {
    write('dist/old.d.cts', '')
    await bundlePackages(root)
    expect(inDist().filter((path) => path.endsWith('.d.cts'))).toEqual([
      'index.d.cts',
      'kind.d.cts',
      'other.d.cts',
    ])
  })

  it('follow the compiler, also where the code is bundled already', async () => {
    await bundlePackages(root)
    write('dist/kind.d.ts', 'export type Kind = 2;\n')
    expect(await bundlePackages(root)).toEqual(['packages/toy/dist/kind.d.cts'])
    expect(read('dist/kind.d.cts')).toBe('export type Kind = 2;\n')
  })
})

describe('the bundle of pocket-hsm', () => {
  const sibling = (path, text) => write(join('..', path), text)

  beforeEach(() => {
    const dependencies = { '@pocket-hsm/access': '0.1.0', '@pocket-hsm/lifecycle': '0.1.0' }
    const manifest = { ...JSON.parse(FILES['package.json']), name: 'pocket-hsm', dependencies }
    write('package.json', JSON.stringify(manifest))
    write('src/index.ts', "export { rule } from '@pocket-hsm/lifecycle'\n")
    sibling('lifecycle/src/index.ts', "export { rule } from './rule.ts'\n")
    sibling('lifecycle/src/rule.ts', 'export const rule: number = 7\n')
    sibling('access/src/index.ts', 'export {}\n')
  })

  it('includes the packages without state, with their sources in its map', async () => {
    await bundlePackages(root)
    expect(read('dist/index.js')).not.toContain('import')
    const { rule } = await import(pathToFileURL(join(home(), 'dist/index.js')).href)
    expect(rule).toBe(7)
    expect(JSON.parse(read('dist/index.js.map'))).toMatchObject({
      sources: ['../node_modules/@pocket-hsm/lifecycle/src/rule.ts'],
      sourcesContent: ['export const rule: number = 7\n'],
    })
  })

  it('is due when an included package has changed', async () => {
    await bundlePackages(root)
    age('../lifecycle/src/rule.ts', 60)
    expect(await bundlePackages(root)).not.toEqual([])
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
