/** Thousands of random cases of every mode against node:crypto and noble, for both engines. */

import { createCipheriv, createDecipheriv } from 'node:crypto'
import { aeskw, aeskwp, cbc, gcm } from '@noble/ciphers/aes.js'
import { concatBytes } from '@noble/hashes/utils.js'
import { describe, it } from 'vitest'
import { expectSameBytes } from '../../same-bytes.ts'
import { testRandom } from '../../test-keys.ts'
import { ENGINES, expectSameOutput } from './engines.ts'

const KEY_LENGTHS = [16, 24, 32] as const
const random = testRandom('AES engines')
const below = (end: number) => new DataView(random(4).buffer).getUint32(0) % end
const joined = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts))

describe.each(ENGINES)('%s', (_, engine, cases) => {
  /** Calls `check` for each key length, `50 * cases` times with another key. */
  const forRandomKeys = (check: (key: Uint8Array, bits: number, turn: number) => void) => {
    for (const length of KEY_LENGTHS) {
      for (let turn = 0; turn < 50 * cases; turn++) check(random(length), 8 * length, turn)
    }
  }

  it('encrypts and decrypts CBC as node:crypto and noble do', () => {
    forRandomKeys((key, bits, turn) => {
      const iv = random(16)
      const plaintext = random(16 * (1 + (turn % 34)))
      const made = engine.cbcEncrypt(key, iv, plaintext)
      const cipher = createCipheriv(`aes-${bits}-cbc`, key, iv).setAutoPadding(false)
      expectSameBytes(made, joined(cipher.update(plaintext), cipher.final()))
      expectSameBytes(engine.cbcDecrypt(key, iv, made), plaintext)
      if (turn % 8 > 0) return
      expectSameBytes(made, cbc(key, iv, { disablePadding: true }).encrypt(plaintext))
    })
  })

  it('encrypts and decrypts GCM as node:crypto and noble do', () => {
    forRandomKeys((key, bits, turn) => {
      const name = `aes-${bits}-gcm` as 'aes-256-gcm'
      const iv = random(turn % 4 > 0 ? 12 : 1 + below(70))
      const aad = random(turn % 3 > 0 ? below(50) : 0)
      const plaintext = random(turn % 10 > 0 ? below(300) : below(100 * cases))
      const cipher = createCipheriv(name, key, iv).setAAD(aad)
      const text = joined(cipher.update(plaintext), cipher.final())
      const tag = new Uint8Array(cipher.getAuthTag())
      const encryption = { key, iv, aad, text: plaintext, isEncryption: true }
      expectSameOutput(engine.gcm(encryption), { text, tag })
      const decryption = { key, iv, aad, text, isEncryption: false }
      expectSameOutput(engine.gcm(decryption), { text: plaintext, tag })
      // noble takes IVs of 8 bytes or more.
      if (turn % 8 > 0 || iv.length < 8) return
      expectSameBytes(concatBytes(text, tag), gcm(key, iv, aad).encrypt(plaintext))
    })
  })

  it('wraps and unwraps by KW as node:crypto and noble do', () => {
    forRandomKeys((kek, bits, turn) => {
      const keyData = random(8 * (2 + (turn % 40)))
      const icv = new Uint8Array(8).fill(0xa6)
      const cipher = createCipheriv(`id-aes${bits}-wrap`, kek, icv)
      const wrapped = joined(cipher.update(keyData), cipher.final())
      expectSameBytes(engine.wrap(kek, joined(icv, keyData)), wrapped)
      expectSameBytes(engine.unwrap(kek, wrapped), joined(icv, keyData))
      if (turn % 8 === 0) expectSameBytes(aeskw(kek).encrypt(keyData), wrapped)
    })
  })

  it('wraps and unwraps what KWP makes of its input as node:crypto and noble do', () => {
    forRandomKeys((kek, bits, turn) => {
      // Of 8 bytes or fewer, KWP is one block of ECB: aes-key-wrap.ts sees to it.
      const keyData = random(9 + (turn % 100))
      const aiv = Buffer.from('a65959a6', 'hex')
      const cipher = createCipheriv(`id-aes${bits}-wrap-pad`, kek, aiv)
      const wrapped = joined(cipher.update(keyData), cipher.final())
      const padded = new Uint8Array(8 * Math.ceil(keyData.length / 8))
      padded.set(keyData)
      const semiblocks = joined(aiv, Uint8Array.of(0, 0, 0, keyData.length), padded)
      expectSameBytes(engine.wrap(kek, semiblocks), wrapped)
      expectSameBytes(engine.unwrap(kek, wrapped), semiblocks)
      if (turn % 8 === 0) expectSameBytes(aeskwp(kek).encrypt(keyData), wrapped)
    })
  })

  it('is opened by node:crypto', () => {
    forRandomKeys((key, bits, turn) => {
      if (turn % 5 > 0) return
      const [iv, aad, plaintext] = [random(12), random(20), random(below(200))]
      const { text, tag } = engine.gcm({ key, iv, aad, text: plaintext, isEncryption: true })
      const decipher = createDecipheriv(`aes-${bits}-gcm` as 'aes-256-gcm', key, iv)
      decipher.setAAD(aad).setAuthTag(tag)
      expectSameBytes(joined(decipher.update(text), decipher.final()), plaintext)
    })
  })
})
