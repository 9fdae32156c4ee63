// Each rule of the arrows is broken once, in a small tree of its own, and has to be named.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { checkArrows } from '../check-arrows.mjs'

const manifest = (name, more = {}) =>
  JSON.stringify({ name, type: 'module', exports: { '.': './dist/index.js' }, ...more })

/** A tree in which every arrow points where it may, with the packages that are still to come. */
const CLEAN = {
  'packages/crypto/package.json': manifest('@pocket-hsm/crypto', {
    dependencies: { '@noble/hashes': '2.4.0' },
    devDependencies: { 'fast-check': '4.10.2' },
  }),
  'packages/crypto/src/index.ts': `
    import { sha256 } from '@noble/hashes/sha2.js'
    import { zero } from './inner.ts'
    export const empty = (): Uint8Array => sha256(new Uint8Array(zero))`,
  'packages/crypto/src/inner.ts': 'export const zero: number = 0',
  'packages/crypto/test/index.test.ts': `
    import { readFileSync } from 'node:fs'
    import fc from 'fast-check'
    import { empty } from '../src/index.ts'
    console.log(Buffer.from(empty()), readFileSync, fc, Math.random(), Date.now())`,
  'packages/lifecycle/package.json': manifest('@pocket-hsm/lifecycle'),
  'packages/lifecycle/src/index.ts': `
    // Comments may speak of Date.now, Buffer and process; so may texts.
    export const text: string = 'process.exit, Math.random()'
    export const shown = (seconds: number): Date => new Date(seconds * 1000)`,
  'packages/hsm/package.json': manifest('pocket-hsm', {
    dependencies: { '@pocket-hsm/crypto': 'workspace:*', '@pocket-hsm/lifecycle': 'workspace:*' },
  }),
  'packages/hsm/src/index.ts': `
    export { empty } from '@pocket-hsm/crypto'
    export type { text } from '@pocket-hsm/lifecycle'
    export { clock } from './system.ts'`,
  'packages/hsm/src/system.ts': `
    declare const crypto: { getRandomValues(bytes: Uint8Array): Uint8Array }
    export const clock: () => number = () => Date.now()
    export const random = (n: number): Uint8Array => crypto.getRandomValues(new Uint8Array(n))`,
  'packages/rest/package.json': manifest('@pocket-hsm/rest'),
  'packages/rest/src/index.ts': `export { clock } from 'pocket-hsm'`,
  'packages/azure/package.json': manifest('@pocket-hsm/azure'),
  'packages/azure/src/index.ts': `export { clock } from '@pocket-hsm/rest'`,
  'packages/server/package.json': manifest('@pocket-hsm/server'),
  'packages/server/src/index.ts': `
    import { createServer } from 'node:https'
    import { clock } from '@pocket-hsm/rest'
    process.stdout.write(Buffer.from([clock(), Date.now()]).toString() + createServer.name)`,
  'examples/tour/tour.mjs': `import 'node:fs'; import { clock } from 'pocket-hsm'; console.log(clock)`,
  'benchmarks/sign.bench.ts': `import { clock } from 'pocket-hsm'; console.log(clock)`,
  'node_modules/@noble/hashes/package.json': manifest('@noble/hashes', {
    exports: { './sha2.js': './sha2.js' },
  }),
  'node_modules/@noble/hashes/sha2.js': 'export const sha256 = (bytes) => bytes',
  'node_modules/fast-check/package.json': manifest('fast-check', { exports: './index.js' }),
  'node_modules/fast-check/index.js': 'export default {}',
}

/** Rule, planted file, and what stands in it. */
const BREACHES = [
  [
    'crypto imports no other package',
    'packages/crypto/src/planted.ts',
    `import '@pocket-hsm/lifecycle'`,
  ],
  [
    'lifecycle imports no other package',
    'packages/lifecycle/src/planted.ts',
    `import type { empty } from '@pocket-hsm/crypto'`,
  ],
  [
    'hsm imports no package but crypto and lifecycle',
    'packages/hsm/src/planted.ts',
    `export type Clock = typeof import('@pocket-hsm/server')`,
  ],
  [
    'rest imports no package but hsm',
    'packages/rest/src/planted.ts',
    `import '@pocket-hsm/crypto'`,
  ],
  ['azure imports no package but rest', 'packages/azure/src/planted.ts', `import 'pocket-hsm'`],
  [
    'server imports no package but rest and hsm',
    'packages/server/src/planted.ts',
    `await import('@pocket-hsm/crypto')`,
  ],
  [
    'lifecycle imports nothing',
    'packages/lifecycle/src/planted.ts',
    `import { sha256 } from '@noble/hashes/sha2.js'`,
  ],
  [
    'only crypto imports the noble family',
    'packages/rest/src/planted.ts',
    `export { sha256 } from '@noble/hashes/sha2.js'`,
  ],
  [
    'crypto imports nothing from outside but the noble family',
    'packages/crypto/src/planted.ts',
    `import 'left-pad'`,
  ],
  ['hsm imports nothing from outside', 'packages/hsm/src/planted.ts', `import 'left-pad'`],
  [
    'only server imports Node',
    'packages/rest/src/planted.ts',
    `import type { Stats } from 'node:fs'`,
  ],
  [
    'only server imports Node',
    'packages/crypto/src/planted.ts',
    `import { webcrypto } from 'crypto'`,
  ],
  [
    'another package is imported by its public name, never by a path',
    'packages/hsm/src/planted.ts',
    `import { empty } from '../../crypto/src/index.ts'`,
  ],
  [
    'another package is imported by its public name, never by a path',
    'packages/hsm/test/planted.test.ts',
    `import { zero } from '../../crypto/src/inner.ts'`,
  ],
  [
    'examples and benchmarks import packages by their public names, never by a path',
    'examples/tour/planted.mjs',
    `import { clock } from '../../packages/hsm/src/system.ts'`,
  ],
  [
    'examples and benchmarks import packages by their public names, never by a path',
    'benchmarks/planted.ts',
    `import { clock } from '../packages/hsm/src/index.ts'`,
  ],
  [
    'the index is the only door of a package',
    'packages/hsm/src/planted.ts',
    `import { zero } from '@pocket-hsm/crypto/dist/inner.js'`,
  ],
  [
    'the index is the only door of a package',
    'examples/tour/planted.mjs',
    `import 'pocket-hsm/dist/system.js'`,
  ],
  [
    'src imports nothing of the workspace that is not src',
    'packages/crypto/src/planted.ts',
    `import '../test/index.test.ts'`,
  ],
  [
    'src imports no dev dependency',
    'packages/crypto/src/planted.ts',
    `import fc from 'fast-check'`,
  ],
  [
    'what src imports is there and stands in its package.json',
    'packages/azure/src/planted.ts',
    `import '@azure/core-rest-pipeline'`,
  ],
  [
    'no import runs in a circle',
    'packages/crypto/src/inner.ts',
    `import type { empty } from './index.ts'; export const zero = 0; export type Empty = typeof empty`,
  ],
  [
    'every package has its row in the table of arrows',
    'packages/attic/package.json',
    '{"name":"attic"}',
  ],
  [
    'only server names the runtime',
    'packages/rest/src/planted.ts',
    'export const b = Buffer.alloc(1)',
  ],
  [
    'only server names the runtime',
    'packages/azure/src/planted.ts',
    `globalThis['process'].exit()`,
  ],
  [
    'only server names the runtime',
    'packages/hsm/src/planted.ts',
    'const { process } = globalThis',
  ],
  [
    'src widens its types by no reference comment',
    'packages/crypto/src/planted.ts',
    '/// <reference lib="dom" />\nexport {}',
  ],
  ['Math.random is named nowhere', 'packages/hsm/src/planted.ts', 'export const r = Math.random()'],
]

const DEFAULTS =
  'the clock and the randomness of the system are named in one file of hsm, once each'

/** Files in which the clock or the system's randomness may not stand, beside the clean `system.ts`. */
const STRAYS = [
  ['a second file of hsm', 'packages/hsm/src/time.ts', 'export const now = Date.now'],
  [
    'another package',
    'packages/lifecycle/src/planted.ts',
    'export const now = new Date().getTime()',
  ],
  [
    'another package',
    'packages/crypto/src/planted.ts',
    'export const fill = (o) => globalThis.crypto.getRandomValues(o)',
  ],
  [
    'the same file for a second time',
    'packages/hsm/src/system.ts',
    'export const clock = () => Date.now()\nexport const later = () => Date.now() + 1',
  ],
]

let root

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'arrows-'))
})
afterAll(() => rmSync(root, { recursive: true }))
beforeEach(() => {
  rmSync(root, { recursive: true })
  write(CLEAN)
})

function write(files) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}

describe('the arrows', () => {
  it('a clean tree has no fault, and every file of it was looked at', async () => {
    expect(await checkArrows(root)).toEqual({ files: 11, faults: [] })
  })

  it.each(BREACHES)('%s: %s is caught', async (rule, path, text) => {
    write({ [path]: text })
    const { faults } = await checkArrows(root)
    expect(faults.map((fault) => fault.rule)).toContain(rule)
    expect(faults.find((fault) => fault.rule === rule)?.detail).toContain(dirname(path))
  })

  it.each(STRAYS)('the clock or the randomness in %s is caught: %s', async (_where, path, text) => {
    write({ [path]: text })
    const { faults } = await checkArrows(root)
    expect(faults.map((fault) => fault.rule)).toEqual([DEFAULTS])
    expect(faults[0]?.detail).toMatch(/:\d+ names (Date|getRandomValues)$/)
  })

  it('a file that was not cruised is a fault', async () => {
    const blind = async () => ({ output: { modules: [], summary: { violations: [] } } })
    const { files, faults } = await checkArrows(root, blind)
    expect(faults).toHaveLength(files)
    expect(new Set(faults.map((fault) => fault.rule))).toEqual(
      new Set(['every file on the disk was looked at']),
    )
  })

  it('a tree without sources is a fault, not a success', async () => {
    rmSync(join(root, 'packages'), { recursive: true })
    const { faults } = await checkArrows(root)
    expect(faults.map((fault) => fault.rule)).toContain('every file on the disk was looked at')
  })
})
