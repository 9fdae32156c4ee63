import { createHash, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { HashName } from '../../../src/hash/engine/hash-table.ts'
import { nobleHashes } from '../../../src/hash/engine/noble-hashes.ts'
import { createSha2Kernel, type Sha2Kernel } from '../../../src/hash/engine/sha2-kernel.ts'
import { AT, DATA_LENGTH } from '../../../src/hash/engine/sha2-layout.ts'
import { createWasmHashes } from '../../../src/hash/engine/wasm-hashes.ts'
import { expectSameBytes } from '../../same-bytes.ts'
import { testRandom } from '../../test-keys.ts'

const kernels: Sha2Kernel[] = []
const engine = createWasmHashes((bits) => {
  const kernel = createSha2Kernel(bits)
  if (kernel !== undefined) kernels.push(kernel)
  return kernel
})

const HASH_NAMES: readonly HashName[] = ['SHA-1', 'SHA-224', 'SHA-256', 'SHA-384', 'SHA-512']
const nodeName = (hash: HashName) => hash.replace('-', '').toLowerCase()
const random = testRandom('wasm hashes')

const nodeDigest = (hash: HashName, message: Uint8Array) =>
  new Uint8Array(createHash(nodeName(hash)).update(message).digest())
const nodeHmac = (hash: HashName, key: Uint8Array, message: Uint8Array) =>
  new Uint8Array(createHmac(nodeName(hash), key).update(message).digest())

/** Lengths around the ends of blocks, of the memory's part, and of two parts. */
const LONG_LENGTHS = [DATA_LENGTH, 2 * DATA_LENGTH].flatMap((part) =>
  [-129, -128, -112, -65, -64, -17, -16, -9, -1, 0, 1, 64, 127].map((more) => part + more),
)

describe.each(HASH_NAMES)('%s in WebAssembly', (hash) => {
  it('is the one of node:crypto and of noble for every length up to 600', () => {
    for (let length = 0; length <= 600; length++) {
      const message = random(length)
      const made = engine.digest(hash, message)
      expectSameBytes(made, nodeDigest(hash, message))
      expectSameBytes(made, nobleHashes.digest(hash, message))
    }
  })

  it('is the one of node:crypto for texts that pass through the memory in parts', () => {
    for (const length of [...LONG_LENGTHS, 1_000_003]) {
      const message = new Uint8Array(length).map((_, index) => index * 7 + (index >> 8))
      expectSameBytes(engine.digest(hash, message), nodeDigest(hash, message))
    }
  })

  it('authenticates as node:crypto and noble do, with keys from 0 to 300 bytes', () => {
    for (let length = 0; length <= 300; length++) {
      const key = random(length)
      const message = random((length * 11) % 400)
      const made = engine.prepareHmac(hash, key)(message)
      expectSameBytes(made, nodeHmac(hash, key, message))
      expectSameBytes(made, nobleHashes.prepareHmac(hash, key)(message))
    }
  })

  it('authenticates long messages', () => {
    const key = random(200)
    const authenticate = engine.prepareHmac(hash, key)
    for (const length of LONG_LENGTHS) {
      const message = new Uint8Array(length).map((_, index) => index * 5)
      expectSameBytes(authenticate(message), nodeHmac(hash, key, message))
    }
  })

  it('keeps keys apart that are used in turn', () => {
    const keys = [random(10), random(64), random(200)]
    const prepared = keys.map((key) => engine.prepareHmac(hash, key))
    for (const length of [0, 200, 3, 64, 0]) {
      const message = random(length)
      engine.digest(hash, random(100))
      expect(prepared.map((authenticate) => authenticate(message))).toEqual(
        keys.map((key) => nodeHmac(hash, key, message)),
      )
    }
  })

  it('reads a view into a larger array and a Buffer, and changes neither', () => {
    const large = random(300)
    const before = large.slice()
    const view = large.subarray(7, 207)
    const expected = nodeDigest(hash, before.slice(7, 207))
    expectSameBytes(engine.digest(hash, view), expected)
    expectSameBytes(engine.digest(hash, Buffer.from(large.buffer, 7, 200)), expected)
    engine.prepareHmac(hash, view)(view)
    expect(large).toEqual(before)
  })

  it('gives fresh arrays that no later call changes', () => {
    const message = random(20)
    const first = engine.digest(hash, message)
    const copy = first.slice()
    engine.digest(hash, random(500))
    expect(first).toEqual(copy)
    expect(first.buffer.byteLength).toBe(first.length)
  })
})

describe('the kernels of SHA-2', () => {
  it('give the same at the first call and when the compiler has optimized them', () => {
    for (const bits of [32, 64] as const) {
      const hash = bits === 32 ? 'SHA-256' : 'SHA-512'
      const fresh = createWasmHashes(createSha2Kernel)
      const message = random(200)
      const first = fresh.digest(hash, message)
      for (let call = 0; call < 10_000; call++) fresh.digest(hash, message)
      expect(fresh.digest(hash, message)).toEqual(first)
      expect(first).toEqual(nodeDigest(hash, message))
    }
  })

  it('are made once for each word length', () => {
    expect(kernels).toHaveLength(2)
  })

  it('keep nothing of messages and keys', () => {
    for (const hash of HASH_NAMES) {
      for (const length of [0, 1, 100, DATA_LENGTH - 1, DATA_LENGTH, DATA_LENGTH + 1, 100_000]) {
        const message = new Uint8Array(length).fill(0xab)
        engine.digest(hash, message)
        for (const key of [random(20), random(300)]) engine.prepareHmac(hash, key)(message)
      }
    }
    for (const { memory } of kernels) {
      expect(new Uint8Array(memory.buffer, AT.inner).every((byte) => byte === 0)).toBe(true)
    }
  })

  it('are replaced by noble where the host cannot run them', () => {
    const without = createWasmHashes(() => undefined)
    const message = random(100)
    for (const hash of HASH_NAMES) {
      expect(without.digest(hash, message)).toEqual(nodeDigest(hash, message))
      expect(without.prepareHmac(hash, message)(message)).toEqual(nodeHmac(hash, message, message))
    }
  })
})
