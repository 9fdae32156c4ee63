/** The edges of both engines: ends of blocks, of steps, of groups and of the memory's part; wrapping counters; wiping. */

import { createCipheriv } from 'node:crypto'
import { gcm } from '@noble/ciphers/aes.js'
import { describe, expect, it } from 'vitest'
import type { AesEngine } from '../../../src/aes/engine/aes-engine.ts'
import { AT, DATA_LENGTH, LANES_END } from '../../../src/aes/engine/memory-layout.ts'
import { expectSameBytes } from '../../same-bytes.ts'
import { testRandom } from '../../test-keys.ts'
import { ENGINES, expectSameOutput, freshEngine } from './engines.ts'
import { ivOfFirstCounter } from './first-counter.ts'

const random = testRandom('AES edges')
const NOTHING = new Uint8Array(0)
const joined = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts))
const filled = (length: number) =>
  new Uint8Array(length).map((_, index) => index * 7 + (index >> 8))

function nodeGcm(key: Uint8Array, iv: Uint8Array, aad: Uint8Array, plaintext: Uint8Array) {
  const cipher = createCipheriv(`aes-${8 * key.length}-gcm` as 'aes-256-gcm', key, iv).setAAD(aad)
  const text = joined(cipher.update(plaintext), cipher.final())
  return { text, tag: new Uint8Array(cipher.getAuthTag()) }
}

function expectGcmOfNode(
  engine: AesEngine,
  key: Uint8Array,
  iv: Uint8Array,
  aad: Uint8Array,
  plaintext: Uint8Array,
): void {
  const { text, tag } = nodeGcm(key, iv, aad, plaintext)
  expectSameOutput(engine.gcm({ key, iv, aad, text: plaintext, isEncryption: true }), { text, tag })
  expectSameOutput(engine.gcm({ key, iv, aad, text, isEncryption: false }), {
    text: plaintext,
    tag,
  })
}

describe.each(ENGINES)('%s', (_, engine, cases) => {
  const key = random(32)
  const iv = random(12)

  it('encrypts GCM of every length across the blocks and steps', () => {
    for (let length = 0; length <= 16 * cases + 100; length++) {
      expectGcmOfNode(engine, key, iv, NOTHING, filled(length))
    }
  })

  it('encrypts GCM around the lengths where the lanes and the groups begin', () => {
    for (const blocks of [47, 48, 49, 63, 64, 65, 79, 80, 81, 95, 96, 97]) {
      for (const more of [-1, 0, 1]) {
        expectGcmOfNode(engine, key, iv, filled(more + 3), filled(16 * blocks + more))
        expectGcmOfNode(engine, key, iv, filled(16 * blocks + more), filled(more + 3))
      }
    }
  })

  it('encrypts GCM of texts, AAD and IVs that pass through the memory in parts', () => {
    const lengths = [DATA_LENGTH - 16, DATA_LENGTH, 2 * DATA_LENGTH - 16].flatMap((part) =>
      (cases > 1 ? [-17, -16, -1, 0, 1, 15, 16, 17, 64] : [1]).map((more) => part + more),
    )
    for (const length of lengths) {
      expectGcmOfNode(engine, key, iv, NOTHING, filled(length))
      expectGcmOfNode(engine, key, iv, filled(length), filled(5))
    }
    // node:crypto takes IVs of up to 128 bytes.
    const [longIv, aad, text] = [filled(DATA_LENGTH + 5), filled(20), filled(40)]
    const made = engine.gcm({ key, iv: longIv, aad, text, isEncryption: true })
    expectSameBytes(joined(made.text, made.tag), gcm(key, longIv, aad).encrypt(text))
  })

  it.each([1, 7, 8, 11, 13, 15, 16, 17, 60, 128])('takes an IV of %i bytes for GCM', (length) => {
    for (const keyLength of [16, 24, 32]) {
      expectGcmOfNode(engine, random(keyLength), random(length), filled(13), filled(100))
    }
  })

  it('wraps the counter of GCM around after ffffffff, in each place of a step', () => {
    for (const last of [0xffffffff, 0xfffffffe, 0xfffffffd, 0xfffffffc, 0xfffffff0]) {
      const counter = joined(random(12), NOTHING)
      const first = new Uint8Array(16)
      first.set(counter)
      new DataView(first.buffer).setUint32(12, last)
      const wrapping = ivOfFirstCounter(key, first)
      expectGcmOfNode(engine, key, wrapping, NOTHING, filled(500))
    }
  })

  it('has nothing of a longer text in the next one', () => {
    const long = { key, iv, aad: filled(50), text: filled(3001), isEncryption: true }
    engine.gcm(long)
    for (const length of [0, 1, 15, 17, 33]) {
      expectGcmOfNode(engine, key, iv, filled(length), filled(length))
      engine.gcm({ ...long, isEncryption: false })
    }
  })

  it('encrypts and decrypts CBC in parts, and odd numbers of blocks', () => {
    for (const blocks of [1, 2, 3, DATA_LENGTH / 16 - 1, DATA_LENGTH / 16, DATA_LENGTH / 16 + 1]) {
      const plaintext = filled(16 * blocks)
      const chain = random(16)
      const cipher = createCipheriv('aes-256-cbc', key, chain).setAutoPadding(false)
      const ciphertext = joined(cipher.update(plaintext), cipher.final())
      expectSameBytes(engine.cbcEncrypt(key, chain, plaintext), ciphertext)
      expectSameBytes(engine.cbcDecrypt(key, chain, ciphertext), plaintext)
    }
  })

  it.each([
    16,
    24,
    4096,
    ...(cases > 1 ? [DATA_LENGTH, DATA_LENGTH + 8, 2 * DATA_LENGTH + 16] : []),
  ])('wraps a key of %i bytes', (length) => {
    const icv = new Uint8Array(8).fill(0xa6)
    const keyData = filled(length)
    const cipher = createCipheriv('id-aes256-wrap', key, icv)
    const wrapped = joined(cipher.update(keyData), cipher.final())
    expectSameBytes(engine.wrap(key, joined(icv, keyData)), wrapped)
    expectSameBytes(engine.unwrap(key, wrapped), joined(icv, keyData))
  })

  it('changes no argument, also where it is a Buffer or a view of one array', () => {
    const all = Buffer.from(random(200))
    const before = Uint8Array.from(all)
    const [kek, chain, text] = [all.subarray(3, 35), all.subarray(35, 51), all.subarray(56, 120)]
    engine.gcm({ key: kek, iv: chain, aad: all, text, isEncryption: true })
    engine.gcm({ key: kek, iv: chain, aad: all, text: all, isEncryption: false })
    engine.cbcEncrypt(kek, chain, text)
    engine.cbcDecrypt(kek, chain, text)
    engine.wrap(kek, text)
    engine.unwrap(kek, text)
    expect(Uint8Array.from(all)).toEqual(before)
  })

  it('gives results of their own, that no later call changes', () => {
    const text = filled(64)
    const results = () => [
      ...Object.values(engine.gcm({ key, iv, aad: text, text, isEncryption: true })),
      engine.cbcEncrypt(key, filled(16), text),
      engine.cbcDecrypt(key, filled(16), text),
      engine.wrap(key, text),
      engine.unwrap(key, text),
    ]
    const first = results()
    const copies = first.map((bytes) => bytes.slice())
    engine.gcm({ key: random(16), iv, aad: text, text: filled(500), isEncryption: true })
    expect(first).toEqual(copies)
    expect(results()).toEqual(copies)
    for (const bytes of first) expect(bytes.buffer.byteLength).toBe(bytes.length)
  })

  it('keeps keys apart that are used in turn', () => {
    const keys = [random(16), random(24), random(32), random(32)]
    const text = filled(32)
    const wrapAll = () => keys.map((kek) => engine.wrap(kek, text))
    const first = wrapAll()
    expect(wrapAll().reverse()).toEqual(first.reverse())
    expect(new Set(first.map(String)).size).toBe(keys.length)
  })
})

describe('the AES kernel', () => {
  it('gives the same at the first call and when the compiler has optimized it', () => {
    const { engine } = freshEngine()
    const [key, iv, text] = [random(32), random(16), random(96)]
    const results = () => [
      engine.gcm({ key, iv, aad: text, text, isEncryption: true }),
      engine.cbcDecrypt(key, iv, text),
      engine.unwrap(key, engine.wrap(key, text)),
    ]
    const first = results()
    for (let call = 0; call < 10_000; call++) results()
    expect(results()).toEqual(first)
  })

  it('keeps nothing of keys and texts', () => {
    const { kernel, engine } = freshEngine()
    const isEmpty = () =>
      new Uint8Array(kernel.memory.buffer, AT.schedule).every((byte) => byte === 0)
    const key = random(32)
    for (const length of [0, 16, 500, 2000, DATA_LENGTH - 16, DATA_LENGTH, 70_000]) {
      const text = filled(length)
      for (const isEncryption of [true, false]) {
        engine.gcm({ key, iv: random(12), aad: text, text, isEncryption })
        expect(isEmpty()).toBe(true)
      }
      engine.gcm({ key, iv: filled(length + 1), aad: NOTHING, text: NOTHING, isEncryption: true })
      expect(isEmpty()).toBe(true)
      const blocks = filled(16 * Math.ceil((length + 1) / 16))
      const semiblocks = filled(8 * Math.ceil((length + 17) / 8))
      for (const run of [
        () => engine.cbcEncrypt(key, random(16), blocks),
        () => engine.cbcDecrypt(key, random(16), blocks),
        () => engine.wrap(key, semiblocks),
        () => engine.unwrap(key, semiblocks),
      ]) {
        run()
        expect(isEmpty()).toBe(true)
      }
    }
  })

  it('has one page of memory, which never grows', () => {
    const { kernel } = freshEngine()
    expect(kernel.memory.buffer.byteLength).toBe(65536)
    expect(LANES_END).toBeLessThanOrEqual(65536)
  })
})
