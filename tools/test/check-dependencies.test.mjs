// Each rule is broken once, in a small tree of its own, and the check has to name it.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { checkDependencies } from '../check-dependencies.mjs'

const manifest = (name, more = {}) =>
  JSON.stringify({ name, type: 'module', exports: { '.': './dist/index.js' }, ...more })

/** A tree in which every import is allowed. */
const CLEAN = {
  'packages/crypto/package.json': manifest('@pocket-hsm/crypto', {
    devDependencies: { '@noble/hashes': '2.4.0', 'fast-check': '4.10.2' },
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
    // Comments may mention Date.now, Buffer and process; so may texts.
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
  'packages/azure/src/host/node.ts': `
    import { createRequire } from 'node:module'
    export const found: string | undefined = process.env[createRequire.name]`,
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

/** Rule, planted file, and its text. */
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
    'hsm imports no package but crypto and lifecycle and access',
    'packages/hsm/src/planted.ts',
    `export type Clock = typeof import('@pocket-hsm/server')`,
  ],
  [
    'rest imports no package but hsm',
    'packages/rest/src/planted.ts',
    `import '@pocket-hsm/crypto'`,
  ],
  [
    'azure imports no package but rest and identity and hsm',
    'packages/azure/src/planted.ts',
    `import '@pocket-hsm/crypto'`,
  ],
  [
    'server imports no package but rest and identity and hsm and postgres and console',
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
    'only server, postgres and a few files of azure import Node.js modules',
    'packages/rest/src/planted.ts',
    `import type { Stats } from 'node:fs'`,
  ],
  [
    'only server, postgres and a few files of azure import Node.js modules',
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
    'a package is imported by its entry points only',
    'packages/hsm/src/planted.ts',
    `import { zero } from '@pocket-hsm/crypto/dist/inner.js'`,
  ],
  [
    'a package is imported by its entry points only',
    'examples/tour/planted.mjs',
    `import 'pocket-hsm/dist/system.js'`,
  ],
  [
    'src imports nothing of the workspace outside src',
    'packages/crypto/src/planted.ts',
    `import '../test/index.test.ts'`,
  ],
  [
    'src imports no dev dependency',
    'packages/crypto/src/planted.ts',
    `import fc from 'fast-check'`,
  ],
  [
    'what src imports is installed and listed in its package.json',
    'packages/azure/src/planted.ts',
    `import '@azure/core-rest-pipeline'`,
  ],
  [
    'no files import each other in a ring',
    'packages/crypto/src/inner.ts',
    `import type { empty } from './index.ts'; export const zero = 0; export type Empty = typeof empty`,
  ],
  [
    'every package has a row in the table of allowed imports',
    'packages/attic/package.json',
    '{"name":"attic"}',
  ],
  [
    'only server, postgres and a few files of azure use the globals of Node.js',
    'packages/rest/src/planted.ts',
    'export const b = Buffer.alloc(1)',
  ],
  [
    'only server, postgres and a few files of azure use the globals of Node.js',
    'packages/azure/src/planted.ts',
    `globalThis['process'].exit()`,
  ],
  [
    'only server, postgres and a few files of azure use the globals of Node.js',
    'packages/hsm/src/planted.ts',
    'const { process } = globalThis',
  ],
  [
    'src adds no types by a reference comment',
    'packages/crypto/src/planted.ts',
    '/// <reference lib="dom" />\nexport {}',
  ],
  [
    'no folders of a package import each other in a ring',
    'packages/crypto/src/aes/planted.ts',
    `import type { X } from '../hash/planted.ts'; export type Y = X`,
    {
      'packages/crypto/src/hash/planted.ts': `export type X = 1`,
      'packages/crypto/src/hash/other.ts': `import type { Y } from '../aes/planted.ts'; export type Z = Y`,
    },
  ],
  [
    'no folders of a package import each other in a ring',
    'packages/crypto/src/aes/modes/planted.ts',
    `export { a } from '../a.ts'; export const mode = 1`,
    {
      'packages/crypto/src/aes/a.ts': `export const a = 1`,
      'packages/crypto/src/aes/b.ts': `export { mode } from './modes/planted.ts'`,
    },
  ],
  [
    'src holds index.ts, folders, and at most 3 more files',
    'packages/rest/src/d.ts',
    'export const d = 1',
    {
      'packages/rest/src/a.ts': 'export const a = 1',
      'packages/rest/src/b.ts': 'export const b = 1',
      'packages/rest/src/c.ts': 'export const c = 1',
    },
  ],
  ['Math.random is used nowhere', 'packages/hsm/src/planted.ts', 'export const r = Math.random()'],
]

const DEFAULTS =
  "the system's clock and randomness are used in one file of hsm and one of identity, once each"

/** Files in which the clock or the system's randomness may not be used, besides the clean `system.ts`. */
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
  root = mkdtempSync(join(tmpdir(), 'dependencies-'))
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

describe('the dependency check', () => {
  it('a clean tree has no fault, and every file of it is checked', async () => {
    expect(await checkDependencies(root)).toEqual({ files: 12, faults: [] })
  })

  it.each(BREACHES)('%s: %s is caught', async (rule, path, text, more = {}) => {
    write({ [path]: text, ...more })
    const { faults } = await checkDependencies(root)
    expect(faults.map((fault) => fault.rule)).toContain(rule)
    expect(faults.find((fault) => fault.rule === rule)?.detail).toContain(dirname(path))
  })

  it.each(STRAYS)('the clock or the randomness in %s is caught: %s', async (_where, path, text) => {
    write({ [path]: text })
    const { faults } = await checkDependencies(root)
    expect(faults.map((fault) => fault.rule)).toEqual([DEFAULTS])
    expect(faults[0]?.detail).toMatch(/:\d+ uses (Date|getRandomValues)$/)
  })

  it('a file that was not cruised is a fault', async () => {
    const blind = async () => ({ output: { modules: [], summary: { violations: [] } } })
    const { files, faults } = await checkDependencies(root, blind)
    expect(faults).toHaveLength(files)
    expect(new Set(faults.map((fault) => fault.rule))).toEqual(
      new Set(['every file on the disk is checked']),
    )
  })

  it('a tree without sources is a fault, not a success', async () => {
    rmSync(join(root, 'packages'), { recursive: true })
    const { faults } = await checkDependencies(root)
    expect(faults.map((fault) => fault.rule)).toContain('every file on the disk is checked')
  })
})
