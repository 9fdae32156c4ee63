import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  backupKey,
  clearRandomPool,
  createHsm,
  createKey,
  encrypt,
  forkHsm,
  getRandomBytes,
  releaseKey,
} from '../../src/index.ts'
import { pooledRandom } from '../../src/random/random-pool.ts'
import { errorOf } from '../refusal.ts'
import { authority, EXPORTABLE, target } from '../releases.ts'
import { BASE_URL, START, testHsm } from '../test-hsm.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** What the host's generator was asked to fill: the arrays themselves, so that a test sees what becomes of them. */
let filled: Uint8Array[] = []
const lengths = () => filled.map(({ length }) => length)

beforeEach(() => {
  clearRandomPool()
  filled = []
  const working = crypto.getRandomValues.bind(crypto)
  vi.spyOn(crypto, 'getRandomValues').mockImplementation((bytes) => {
    filled.push(bytes as unknown as Uint8Array)
    return working(bytes)
  })
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

describe('the pool of random bytes', () => {
  it('asks the host for 4096 bytes at a time, when they are first needed', () => {
    expect(lengths()).toEqual([])
    for (let i = 0; i < 341; i++) pooledRandom(12)
    expect(lengths()).toEqual([4096])
    // 4 bytes are left: too few.
    pooledRandom(12)
    expect(lengths()).toEqual([4096, 4096])
  })

  it('hands out its last byte', () => {
    for (let i = 0; i < 16; i++) pooledRandom(256)
    expect(lengths()).toEqual([4096])
    pooledRandom(1)
    expect(lengths()).toEqual([4096, 4096])
  })

  it('hands out the bytes of the host in their order, each once', () => {
    pooledRandom(1)
    const rest = hex(filled[0]?.subarray(1) as Uint8Array)
    const drawn = [12, 0, 1, 256, 32, 66].map((length) => hex(pooledRandom(length))).join('')
    expect(drawn).toBe(rest.slice(0, drawn.length))
    expect(drawn).toHaveLength(2 * 367)
  })

  it('gives other bytes at every draw', () => {
    const drawn = Array.from({ length: 2000 }, () => hex(pooledRandom(12)))
    expect(new Set(drawn).size).toBe(2000)
  })

  it('zeros what it hands out', () => {
    const first = pooledRandom(12)
    pooledRandom(256)
    const bytes = filled[0] as Uint8Array
    expect(bytes.subarray(0, 268).every((byte) => byte === 0)).toBe(true)
    expect(bytes.subarray(268).some((byte) => byte !== 0)).toBe(true)
    expect(first.some((byte) => byte !== 0)).toBe(true)
  })

  it('zeros what is left over when it is filled again', () => {
    for (let i = 0; i < 342; i++) pooledRandom(12)
    expect(filled[0]?.every((byte) => byte === 0)).toBe(true)
  })

  it('hands out bytes that are the caller’s own', () => {
    const bytes = pooledRandom(12)
    const copy = Uint8Array.from(bytes)
    pooledRandom(12).fill(1)
    expect(bytes).toEqual(copy)
    expect(bytes.buffer.byteLength).toBe(12)
  })

  it('leaves draws of more than 256 bytes to the host', () => {
    pooledRandom(12)
    expect(pooledRandom(257)).toHaveLength(257)
    expect(pooledRandom(70_000)).toHaveLength(70_000)
    expect(lengths()).toEqual([4096, 257, 65_536, 4464])
    pooledRandom(12)
    expect(lengths()).toHaveLength(4)
  })

  it('stays as it was where the host fails', () => {
    for (let i = 0; i < 341; i++) pooledRandom(12)
    vi.spyOn(crypto, 'getRandomValues').mockImplementationOnce(() => {
      throw new Error('The generator is out of order.')
    })
    expect(() => pooledRandom(12)).toThrow('out of order')
    // The 4 bytes that were left.
    expect(pooledRandom(4)).toHaveLength(4)
    expect(lengths()).toEqual([4096])
    expect(pooledRandom(12)).toHaveLength(12)
    expect(lengths()).toEqual([4096, 4096])
  })

  it('is refused with the same error as any draw where the host has no generator', () => {
    vi.stubGlobal('crypto', undefined)
    const { status, code, message } = errorOf(() => pooledRandom(12))
    expect([status, code]).toEqual([500, 'InternalServerError'])
    expect(message).toBe('pocket-hsm needs Node 20.19 or later, or another host with Web Crypto.')
  })
})

describe('clearRandomPool', () => {
  it('zeros the whole pool, and the next draw fills it again', () => {
    pooledRandom(12)
    clearRandomPool()
    expect(filled[0]?.every((byte) => byte === 0)).toBe(true)
    expect(pooledRandom(12).some((byte) => byte !== 0)).toBe(true)
    expect(lengths()).toEqual([4096, 4096])
  })

  it('draws nothing, and may be called at any time', () => {
    clearRandomPool()
    clearRandomPool()
    expect(lengths()).toEqual([])
  })
})

describe('an HSM without a seed', () => {
  it('draws IVs from the pool, as its forks do, and none twice', () => {
    const hsm = createHsm()
    createKey(hsm, 'content', { kty: 'oct-HSM' })
    pooledRandom(1)
    filled = []
    const question = { alg: 'A256GCM', value: new Uint8Array(4) }
    const ivs = [hsm, forkHsm(hsm), hsm].map((each) => encrypt(each, 'content', question).iv)
    expect(new Set(ivs.map(String)).size).toBe(3)
    backupKey(hsm, 'content')
    expect(lengths()).toEqual([])
  })

  it('makes keys, and bytes that may become keys, from the host directly', () => {
    const hsm = createHsm()
    pooledRandom(1)
    filled = []
    createKey(hsm, 'content', { kty: 'oct-HSM', keySize: 256 })
    expect(lengths()).toEqual([32])
    getRandomBytes(hsm, 16)
    expect(lengths()).toEqual([32, 16])
  })
})

describe('a release', () => {
  it('makes the AES key that wraps the released key from the host directly', () => {
    const { attestationKeys } = authority
    const hsm = createHsm({ baseUrl: BASE_URL, clock: () => START * 1000, attestationKeys })
    createKey(hsm, 'content', { kty: 'oct-HSM', ...EXPORTABLE })
    // The first release also makes the identity that signs it.
    const parameters = { target: target() }
    releaseKey(hsm, 'content', parameters)
    filled = []
    releaseKey(hsm, 'content', parameters)
    // The AES key, then the seed of OAEP.
    expect(lengths()).toEqual([32, 20])
  })
})

describe('an HSM with a seed', () => {
  it('draws nothing from the pool', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'content', { kty: 'oct-HSM' })
    encrypt(hsm, 'content', { alg: 'A256GCM', value: new Uint8Array(4) })
    expect(lengths()).toEqual([])
  })
})

/** A host whose generator counts upwards, from before the package is imported. */
const COUNTING = `
let count = 0
const calls = []
crypto.getRandomValues = (bytes) => {
  calls.push(bytes)
  for (let i = 0; i < bytes.length; i++) bytes[i] = count++
  return bytes
}
const { clearRandomPool, createHsm, createKey, encrypt } = await import('pocket-hsm')
const atImport = calls.length
const hsm = createHsm()
createKey(hsm, 'content', { kty: 'oct-HSM' })
const encrypted = () => encrypt(hsm, 'content', { alg: 'A256GCM', value: new Uint8Array(4) })
const ivs = [encrypted().iv, encrypted().iv]
const pool = calls.at(-1)
const handedOut = pool.findIndex((byte) => byte !== 0)
clearRandomPool()
const left = pool.filter((byte) => byte !== 0).length
console.log(JSON.stringify({
  atImport,
  lengths: calls.map(({ length }) => length),
  distance: ivs[1][0] - ivs[0][0],
  handedOut,
  left,
}))
`

describe('a process', () => {
  it('has a pool of its own, filled after the import and wiped on request', () => {
    const options = { cwd: join(import.meta.dirname, '../..'), encoding: 'utf8' } as const
    const args = ['--input-type=module', '--eval', COUNTING]
    expect(JSON.parse(execFileSync(process.execPath, args, options))).toEqual({
      atImport: 0,
      // The security domain, the key, the pool.
      lengths: [32, 32, 4096],
      distance: 12,
      // The identifier of the version, and two IVs.
      handedOut: 16 + 12 + 12,
      left: 0,
    })
  })
})
