import {
  constants,
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  privateDecrypt,
  publicEncrypt,
} from 'node:crypto'
import { concatBytes } from '@noble/hashes/utils.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesToBigInt } from '../../src/encoding/bytes.ts'
import {
  findRsaAesKeyWrapAlgorithm,
  RSA_AES_KEY_WRAP_ALGORITHMS,
  type RsaAesKeyWrapAlgorithm,
  unwrapRsaAes,
  wrapRsaAes,
} from '../../src/operations/rsa-aes-key-wrap.ts'
import { makeRsaPublicKey } from '../../src/rsa/make-rsa-key.ts'
import { rsaOaepEncrypt } from '../../src/rsa/rsa-oaep.ts'
import { flipped } from '../flip.ts'
import { codeOf } from '../refusal.ts'
import { runs } from '../runs.ts'
import { nodePrivateKey, rsaTestKey, testRandom } from '../test-keys.ts'

const kek = rsaTestKey(2048)
const rows = Object.values(RSA_AES_KEY_WRAP_ALGORITHMS)
const target = Uint8Array.of(1, 2, 3)
const KWP_IV = Buffer.from('a65959a6', 'hex')
const oaepOptions = ({ hash }: RsaAesKeyWrapAlgorithm) => ({
  padding: constants.RSA_PKCS1_OAEP_PADDING,
  oaepHash: hash.replace('-', '').toLowerCase(),
})

const sha1Row = RSA_AES_KEY_WRAP_ALGORITHMS.CKM_RSA_AES_KEY_WRAP

describe('RSA_AES_KEY_WRAP_ALGORITHMS', () => {
  it('maps three names to three hashes', () => {
    expect(rows.map(({ alg, hash }) => [alg, hash])).toEqual([
      ['CKM_RSA_AES_KEY_WRAP', 'SHA-1'],
      ['RSA_AES_KEY_WRAP_256', 'SHA-256'],
      ['RSA_AES_KEY_WRAP_384', 'SHA-384'],
    ])
  })

  it('has no property that every object inherits', () => {
    expect(RSA_AES_KEY_WRAP_ALGORITHMS).not.toHaveProperty('constructor')
  })

  it.each(rows)('$alg is found by its name', (row) => {
    expect(findRsaAesKeyWrapAlgorithm(row.alg)).toBe(row)
  })

  it.each(['constructor', '', 'ckm_rsa_aes_key_wrap', null, ['CKM_RSA_AES_KEY_WRAP']])(
    'have no row named %j',
    (name) => {
      expect(findRsaAesKeyWrapAlgorithm(name as string)).toBeUndefined()
    },
  )

  it('is frozen, each row too', () => {
    expect([RSA_AES_KEY_WRAP_ALGORITHMS, ...rows].every(Object.isFrozen)).toBe(true)
  })
})

describe.each(rows)('$alg', (algorithm) => {
  it.each([128, 192, 256])(
    'wraps under an AES key of %i bits what node:crypto unwraps',
    (aesBits) => {
      const wrapped = wrapRsaAes(kek, algorithm, target, aesBits, testRandom('wrap'))
      const options = { key: nodePrivateKey(kek), ...oaepOptions(algorithm) }
      const aesKey = privateDecrypt(options, wrapped.subarray(0, 256))
      const decipher = createDecipheriv(`id-aes${aesBits}-wrap-pad`, aesKey, KWP_IV)
      const unwrapped = Buffer.concat([decipher.update(wrapped.subarray(256)), decipher.final()])
      expect(aesKey).toHaveLength(aesBits / 8)
      expect(new Uint8Array(unwrapped)).toEqual(target)
    },
  )

  it('unwraps what node:crypto wraps, of any length and AES size', () => {
    const aesKeys = fc.constantFrom(16, 24, 32)
    const targets = fc.uint8Array({ minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(aesKeys, targets, (length, bytes) => {
        const aesKey = new Uint8Array(length).fill(7)
        const publicKey = createPublicKey(nodePrivateKey(kek))
        const c1 = publicEncrypt({ key: publicKey, ...oaepOptions(algorithm) }, aesKey)
        const cipher = createCipheriv(`id-aes${8 * length}-wrap-pad`, aesKey, KWP_IV)
        const c2 = Buffer.concat([cipher.update(bytes), cipher.final()])
        expect(unwrapRsaAes(kek, algorithm, concatBytes(c1, c2))).toEqual(bytes)
      }),
      runs(10),
    )
  })
})

describe('wrapRsaAes', () => {
  it('draws the AES key, then the seed of OAEP', () => {
    const lengths: number[] = []
    const random = testRandom('order')
    wrapRsaAes(kek, sha1Row, target, 192, (length) => {
      lengths.push(length)
      return random(length)
    })
    expect(lengths).toEqual([24, 20])
  })

  it('accepts a public key', () => {
    const publicKey = makeRsaPublicKey(bytesToBigInt(kek.publicKey.n), 65537n)
    const wrapped = wrapRsaAes(publicKey, sha1Row, target, 256, testRandom('public'))
    expect(unwrapRsaAes(kek, sha1Row, wrapped)).toEqual(target)
  })

  it.each([0, 64, 255, 512])('rejects an AES key of %i bits', (aesBits) => {
    expect(codeOf(() => wrapRsaAes(kek, sha1Row, target, aesBits, testRandom('x')))).toBe(
      'INVALID_ARGUMENT',
    )
  })

  it('rejects an empty target', () => {
    expect(codeOf(() => wrapRsaAes(kek, sha1Row, new Uint8Array(0), 256, testRandom('x')))).toBe(
      'INVALID_ARGUMENT',
    )
  })

  it('does not change its arguments', () => {
    const original = Uint8Array.from(target)
    const wrapped = wrapRsaAes(kek, sha1Row, target, 256, testRandom('same'))
    const copy = Uint8Array.from(wrapped)
    unwrapRsaAes(kek, sha1Row, wrapped)
    expect([target, wrapped]).toEqual([original, copy])
  })
})

describe('unwrapRsaAes', () => {
  const wrapped = wrapRsaAes(kek, sha1Row, target, 256, testRandom('unwrap'))

  it('needs the private part', () => {
    const publicKey = makeRsaPublicKey(bytesToBigInt(kek.publicKey.n), 65537n)
    expect(codeOf(() => unwrapRsaAes(publicKey, sha1Row, wrapped))).toBe('INVALID_ARGUMENT')
  })

  it.each([0, 255, 256, 264, 271])('fails for the first %i bytes', (length) => {
    expect(codeOf(() => unwrapRsaAes(kek, sha1Row, wrapped.subarray(0, length)))).toBe(
      'OPERATION_FAILED',
    )
  })

  it('fails if the key under OAEP is not an AES key', () => {
    const c1 = rsaOaepEncrypt(kek, { hash: 'SHA-1' }, new Uint8Array(20), testRandom('x'))
    expect(codeOf(() => unwrapRsaAes(kek, sha1Row, concatBytes(c1, new Uint8Array(16))))).toBe(
      'OPERATION_FAILED',
    )
  })

  it('one flipped bit anywhere fails', () => {
    fc.assert(
      fc.property(fc.nat(), (bit) => {
        expect(codeOf(() => unwrapRsaAes(kek, sha1Row, flipped(wrapped, bit)))).toBe(
          'OPERATION_FAILED',
        )
      }),
      runs(20),
    )
  })
})
