import { ghash as nobleGhash } from '@noble/ciphers/_polyval.js'
import { concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'
import type { AesKernel } from '../../../src/aes/engine/kernel.ts'
import { AT } from '../../../src/aes/engine/memory-layout.ts'
import { createPortableAes } from '../../../src/aes/engine/portable-aes.ts'
import { portableGhash } from '../../../src/aes/engine/portable-ghash.ts'
import { expectSameBytes } from '../../same-bytes.ts'
import { testRandom } from '../../test-keys.ts'
import { freshEngine } from './engines.ts'

const random = testRandom('GHASH')
const NOTHING = new Uint8Array(0)

/** The block of lengths, section 6.4: here of fewer than 2^16 bits. */
function lengths(aad: Uint8Array, text: Uint8Array): Uint8Array {
  const block = new DataView(new ArrayBuffer(16))
  block.setUint16(6, 8 * aad.length)
  block.setUint16(14, 8 * text.length)
  return new Uint8Array(block.buffer)
}

const filled = (part: Uint8Array) =>
  concatBytes(part, new Uint8Array((16 - (part.length % 16)) % 16))

describe('GHASH in TypeScript', () => {
  it("is noble's GHASH of the filled parts and their lengths", () => {
    for (let turn = 0; turn < 300; turn++) {
      const [subkey, aad, text] = [random(16), random(turn % 71), random((turn * 5) % 67)]
      const whole = concatBytes(filled(aad), filled(text), lengths(aad, text))
      expect(portableGhash(subkey, aad, text)).toEqual(nobleGhash(whole, subkey))
    }
  })

  // McGrew and Viega, test case 2: the subkey is E(0) under a key of zeros.
  it('gives the published value of test case 2', () => {
    const subkey = hexToBytes('66e94bd4ef8a2c3b884cfa59ca342b2e')
    const text = hexToBytes('0388dace60b6a392f328c2b971b2fe78')
    expect(portableGhash(subkey, NOTHING, text)).toEqual(
      hexToBytes('f38cbb1ad69223dcc3457ae5b6b0f885'),
    )
  })
})

describe('GHASH in WebAssembly', () => {
  /** A kernel that has absorbed nothing, and its H. */
  function prepared(key: Uint8Array): { kernel: AesKernel; bytes: Uint8Array; subkey: Uint8Array } {
    const { kernel } = freshEngine()
    const bytes = new Uint8Array(kernel.memory.buffer)
    bytes.set(key, AT.schedule)
    kernel.expandKey(key.length, 0)
    kernel.prepareHash()
    kernel.prepareLanes()
    const subkey = new Uint8Array(16)
    createPortableAes(key).encrypt(subkey)
    return { kernel, bytes, subkey }
  }

  const hashed = (bytes: Uint8Array) => bytes.slice(AT.hash, AT.hash + 16)

  it("is noble's, block by block, for 1 to 100 blocks", () => {
    const { kernel, bytes, subkey } = prepared(random(32))
    for (let blocks = 1; blocks <= 100; blocks++) {
      const text = random(16 * blocks)
      bytes.set(text, AT.data)
      bytes.fill(0, AT.hash, AT.hash + 16)
      kernel.hash(AT.data, blocks)
      expectSameBytes(hashed(bytes), nobleGhash(text, subkey))
    }
  })

  it("is noble's in 16 lanes, for 1 to 20 groups", () => {
    const { kernel, bytes, subkey } = prepared(random(16))
    for (let groups = 1; groups <= 20; groups++) {
      const text = random(256 * groups)
      bytes.set(text, AT.data)
      bytes.fill(0, AT.hash, AT.hash + 16)
      kernel.hashLanes(AT.data, groups)
      expectSameBytes(hashed(bytes), nobleGhash(text, subkey))
    }
  })

  it("is noble's where lanes and single blocks follow each other", () => {
    const { kernel, bytes, subkey } = prepared(random(24))
    const text = random(16 * (3 + 32 + 5 + 16))
    bytes.set(text, AT.data)
    kernel.hash(AT.data, 3)
    kernel.hashLanes(AT.data + 16 * 3, 2)
    kernel.hash(AT.data + 16 * 35, 5)
    kernel.hashLanes(AT.data + 16 * 40, 1)
    expectSameBytes(hashed(bytes), nobleGhash(text, subkey))
  })

  // Blocks and subkeys of extreme bits: no carry of an integer product may reach a neighbour.
  it.each([0x00, 0x01, 0x80, 0xff, 0x11, 0x88, 0xf0, 0x0f])(
    "is noble's of bytes that are all %i",
    (byte) => {
      const { kernel, bytes, subkey } = prepared(random(32))
      const text = new Uint8Array(512).fill(byte)
      bytes.set(text, AT.data)
      for (const run of [() => kernel.hash(AT.data, 32), () => kernel.hashLanes(AT.data, 2)]) {
        bytes.fill(0, AT.hash, AT.hash + 16)
        run()
        expectSameBytes(hashed(bytes), nobleGhash(text, subkey))
      }
    },
  )
})
