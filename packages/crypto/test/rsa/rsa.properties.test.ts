import {
  constants,
  createPublicKey,
  generatePrimeSync,
  sign as nodeSign,
  verify as nodeVerify,
  privateDecrypt,
  privateEncrypt,
  publicDecrypt,
  publicEncrypt,
} from 'node:crypto'
import { sha1 } from '@noble/hashes/legacy.js'
import { sha256, sha384 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { mgf1, OAEP, PKCS1_KEM, PKCS1_SHA256, PSS } from 'micro-rsa-dsa-dh/rsa.js'
import { describe, expect, it } from 'vitest'
import { isCryptoError } from '../../src/crypto-error.ts'
import type { HashName } from '../../src/hash/hashes.ts'
import { digest } from '../../src/hash/hashes.ts'
import type { RsaKey } from '../../src/key-material.ts'
import { gcd, modInverse } from '../../src/numbers/number-theory.ts'
import { createHmacDrbg } from '../../src/random/hmac-drbg.ts'
import { makeRsaKey } from '../../src/rsa/make-rsa-key.ts'
import { rsaOaepDecrypt, rsaOaepEncrypt } from '../../src/rsa/rsa-oaep.ts'
import { rsaPkcs1Decrypt, rsaPkcs1Encrypt } from '../../src/rsa/rsa-pkcs1-encryption.ts'
import { rsaPkcs1Sign, rsaPkcs1Verify } from '../../src/rsa/rsa-pkcs1-signature.ts'
import { rsaPssSign, rsaPssVerify } from '../../src/rsa/rsa-pss.ts'
import { Secret } from '../../src/secret.ts'
import { flipped } from '../flip.ts'
import { codeOf } from '../refusal.ts'
import { runs } from '../runs.ts'
import { nodePrivateKey, rsaTestKey } from '../test-keys.ts'

const NODE_HASH: Readonly<Record<HashName, string>> = {
  'SHA-1': 'sha1',
  'SHA-224': 'sha224',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
}
const hashes = fc.constantFrom<HashName>('SHA-1', 'SHA-224', 'SHA-256', 'SHA-384', 'SHA-512')
const seeds = fc.uint8Array({ minLength: 1, maxLength: 32 })
const bytes = (maxLength: number) => fc.uint8Array({ maxLength })
const flips = fc.nat()

/** A key of 1025, 1026 … bits: the generator makes none of these lengths. */
function oddKey(pBits: number, qBits: number): RsaKey {
  for (;;) {
    const p = generatePrimeSync(pBits, { bigint: true })
    const q = generatePrimeSync(qBits, { bigint: true })
    const lcm = ((p - 1n) * (q - 1n)) / gcd(p - 1n, q - 1n)
    const d = modInverse(65537n, lcm)
    const qi = modInverse(q, p)
    if (d === undefined || qi === undefined) continue
    const numbers = { n: p * q, e: 65537n, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi }
    const key = makeRsaKey(numbers)
    if (key.bits === pBits + qBits) return key
  }
}

const keyList = [
  rsaTestKey(1024),
  rsaTestKey(1280),
  rsaTestKey(2048),
  rsaTestKey(2048, 3),
  oddKey(512, 513),
  oddKey(513, 513),
  oddKey(515, 516),
]
const keys = fc.constantFrom(...keyList)
const nodeKeys = new Map(keyList.map((key) => [key, nodePrivateKey(key)]))

function nodeKeyOf(key: RsaKey) {
  const nodeKey = nodeKeys.get(key)
  if (nodeKey === undefined) throw new Error('No such key.')
  return nodeKey
}

function microKeyOf({ privateKey }: RsaKey) {
  if (privateKey === undefined) throw new Error('A private key is needed.')
  const { n, e, d } = Secret.reveal(privateKey)
  return { publicKey: { n, e }, privateKey: { n, d } }
}

describe('OAEP', () => {
  const maximum = (key: RsaKey, hash: HashName) =>
    Math.ceil(key.bits / 8) - 2 * digest(hash, new Uint8Array(0)).length - 2
  const fittingHash = (key: RsaKey, hash: HashName): HashName =>
    maximum(key, hash) < 0 ? 'SHA-1' : hash

  it('what we encrypt node:crypto decrypts, and the other way round', () => {
    fc.assert(
      fc.property(keys, hashes, bytes(300), bytes(40), seeds, (key, wanted, long, label, seed) => {
        const hash = fittingHash(key, wanted)
        const plaintext = long.subarray(0, maximum(key, hash))
        const nodeKey = nodeKeyOf(key)
        const options = { oaepHash: NODE_HASH[hash], oaepLabel: label }
        const ours = rsaOaepEncrypt(key, { hash, label }, plaintext, createHmacDrbg(seed))
        expect(new Uint8Array(privateDecrypt({ key: nodeKey, ...options }, ours))).toEqual(
          plaintext,
        )
        const theirs = publicEncrypt({ key: createPublicKey(nodeKey), ...options }, plaintext)
        expect(rsaOaepDecrypt(key, { hash, label }, theirs)).toEqual(plaintext)
      }),
      runs(40),
    )
  })

  it('what we encrypt micro-rsa-dsa-dh decrypts, with another hash inside MGF1', () => {
    const theirs = OAEP(sha256, mgf1(sha1), Uint8Array.of(4, 2))
    const parameters = { hash: 'SHA-256', mgfHash: 'SHA-1', label: Uint8Array.of(4, 2) } as const
    const key = rsaTestKey(1024)
    const { publicKey, privateKey } = microKeyOf(key)
    fc.assert(
      fc.property(bytes(62), seeds, (plaintext, seed) => {
        const ours = rsaOaepEncrypt(key, parameters, plaintext, createHmacDrbg(seed))
        expect(theirs.decrypt(privateKey, ours)).toEqual(plaintext)
        const encrypted = theirs.encrypt(publicKey, plaintext)
        expect(rsaOaepDecrypt(key, parameters, encrypted)).toEqual(plaintext)
      }),
      runs(10),
    )
  })

  it('one flipped bit anywhere fails', () => {
    const key = rsaTestKey(1024)
    const ciphertext = rsaOaepEncrypt(
      key,
      { hash: 'SHA-256' },
      Uint8Array.of(1),
      createHmacDrbg(Uint8Array.of(1)),
    )
    fc.assert(
      fc.property(flips, (at) => {
        const altered = flipped(ciphertext, at)
        expect(codeOf(() => rsaOaepDecrypt(key, { hash: 'SHA-256' }, altered))).toBe(
          'OPERATION_FAILED',
        )
      }),
      runs(50),
    )
  })

  it('does not change its inputs, and returns the same for the same source', () => {
    const key = rsaTestKey(1024)
    fc.assert(
      fc.property(bytes(62), bytes(9), seeds, (plaintext, label, seed) => {
        const originals = [plaintext, label, seed].map((value) => Uint8Array.from(value))
        const parameters = { hash: 'SHA-256', label } as const
        const encrypt = () => rsaOaepEncrypt(key, parameters, plaintext, createHmacDrbg(seed))
        const ciphertext = encrypt()
        const copy = Uint8Array.from(ciphertext)
        rsaOaepDecrypt(key, parameters, ciphertext)
        expect(encrypt()).toEqual(copy)
        expect([plaintext, label, seed, ciphertext]).toEqual([...originals, copy])
      }),
      runs(10),
    )
  })
})

describe('PKCS#1 v1.5 encryption', () => {
  it('what node:crypto encrypts we decrypt; what we encrypt is well formed', () => {
    fc.assert(
      fc.property(keys, bytes(300), seeds, (key, long, seed) => {
        const k = Math.ceil(key.bits / 8)
        const plaintext = long.subarray(0, k - 11)
        const nodeKey = nodeKeyOf(key)
        const theirs = publicEncrypt(
          { key: createPublicKey(nodeKey), padding: constants.RSA_PKCS1_PADDING },
          plaintext,
        )
        expect(rsaPkcs1Decrypt(key, theirs)).toEqual(plaintext)
        // node:crypto no longer removes this padding, because of Bleichenbacher's attack.
        const em = privateDecrypt(
          { key: nodeKey, padding: constants.RSA_NO_PADDING },
          rsaPkcs1Encrypt(key, plaintext, createHmacDrbg(seed)),
        )
        const separator = k - plaintext.length - 1
        expect([em[0], em[1], em[separator]]).toEqual([0, 2, 0])
        expect(em.subarray(2, separator).includes(0)).toBe(false)
        expect(new Uint8Array(em.subarray(separator + 1))).toEqual(plaintext)
      }),
      runs(40),
    )
  })

  it('what we encrypt micro-rsa-dsa-dh decrypts', () => {
    const key = rsaTestKey(1024)
    fc.assert(
      fc.property(bytes(117), seeds, (plaintext, seed) => {
        const ours = rsaPkcs1Encrypt(key, plaintext, createHmacDrbg(seed))
        expect(PKCS1_KEM.decrypt(microKeyOf(key).privateKey, ours)).toEqual(plaintext)
      }),
      runs(10),
    )
  })

  it('one flipped bit anywhere throws OPERATION_FAILED, or by rare chance returns other bytes', () => {
    const key = rsaTestKey(1024)
    const plaintext = Uint8Array.of(1, 2, 3)
    const ciphertext = rsaPkcs1Encrypt(key, plaintext, createHmacDrbg(Uint8Array.of(1)))
    let refusals = 0
    fc.assert(
      fc.property(flips, (at) => {
        try {
          expect(rsaPkcs1Decrypt(key, flipped(ciphertext, at))).not.toEqual(plaintext)
        } catch (error) {
          if (!isCryptoError(error)) throw error
          expect(error.code).toBe('OPERATION_FAILED')
          refusals++
        }
      }),
      runs(50),
    )
    expect(refusals).toBeGreaterThan(40)
  })
})

describe('PSS', () => {
  it('what we sign node:crypto verifies, and the other way round', () => {
    fc.assert(
      fc.property(
        keys,
        hashes,
        fc.nat(70),
        bytes(50),
        seeds,
        (key, wanted, salt, message, seed) => {
          const hash = wanted === 'SHA-512' ? 'SHA-384' : wanted
          const hashed = digest(hash, message)
          const longest = Math.ceil((key.bits - 1) / 8) - hashed.length - 2
          const saltLength = Math.min(salt, longest)
          const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }
          const nodeKey = nodeKeyOf(key)
          const ours = rsaPssSign(key, { hash, saltLength }, hashed, createHmacDrbg(seed))
          const publicKey = createPublicKey(nodeKey)
          expect(nodeVerify(NODE_HASH[hash], message, { key: publicKey, ...padding }, ours)).toBe(
            true,
          )
          const theirs = nodeSign(NODE_HASH[hash], message, { key: nodeKey, ...padding })
          expect(rsaPssVerify(key, { hash, saltLength }, hashed, theirs)).toBe(true)
        },
      ),
      runs(60),
    )
  })

  it('what we sign micro-rsa-dsa-dh verifies, with another hash inside MGF1', () => {
    const theirs = PSS(sha256, mgf1(sha384), 20)
    const parameters = { hash: 'SHA-256', mgfHash: 'SHA-384', saltLength: 20 } as const
    const key = rsaTestKey(1024)
    const { publicKey, privateKey } = microKeyOf(key)
    fc.assert(
      fc.property(bytes(50), seeds, (message, seed) => {
        const hashed = digest('SHA-256', message)
        const ours = rsaPssSign(key, parameters, hashed, createHmacDrbg(seed))
        expect(theirs.verify(publicKey, message, ours)).toBe(true)
        expect(rsaPssVerify(key, parameters, hashed, theirs.sign(privateKey, message))).toBe(true)
      }),
      runs(10),
    )
  })

  it('one flipped bit anywhere does not verify', () => {
    const key = rsaTestKey(1024)
    const hashed = digest('SHA-256', Uint8Array.of(1))
    const parameters = { hash: 'SHA-256' } as const
    const signature = rsaPssSign(key, parameters, hashed, createHmacDrbg(Uint8Array.of(1)))
    fc.assert(
      fc.property(flips, (at) => {
        expect(rsaPssVerify(key, parameters, hashed, flipped(signature, at))).toBe(false)
        expect(rsaPssVerify(key, parameters, flipped(hashed, at), signature)).toBe(false)
      }),
      runs(200),
    )
  })
})

describe('PKCS#1 v1.5 signature', () => {
  it('equals the one of node:crypto', () => {
    fc.assert(
      fc.property(keys, hashes, bytes(50), (key, hash, message) => {
        const hashed = digest(hash, message)
        const ours = rsaPkcs1Sign(key, hash, hashed)
        expect(ours).toEqual(new Uint8Array(nodeSign(NODE_HASH[hash], message, nodeKeyOf(key))))
        expect(rsaPkcs1Verify(key, hash, hashed, ours)).toBe(true)
      }),
      runs(50),
    )
  })

  it('equals the one of micro-rsa-dsa-dh', () => {
    const key = rsaTestKey(1024)
    fc.assert(
      fc.property(bytes(50), (message) => {
        const theirs = PKCS1_SHA256.sign(microKeyOf(key).privateKey, message)
        expect(rsaPkcs1Sign(key, 'SHA-256', digest('SHA-256', message))).toEqual(theirs)
      }),
      runs(5),
    )
  })

  it('without a hash equals node:crypto’s private encryption', () => {
    fc.assert(
      fc.property(keys, bytes(117), (key, message) => {
        const nodeKey = nodeKeyOf(key)
        const ours = rsaPkcs1Sign(key, undefined, message)
        expect(ours).toEqual(new Uint8Array(privateEncrypt(nodeKey, message)))
        expect(new Uint8Array(publicDecrypt(createPublicKey(nodeKey), ours))).toEqual(message)
      }),
      runs(20),
    )
  })

  it('one flipped bit anywhere does not verify', () => {
    const key = rsaTestKey(1024)
    const hashed = digest('SHA-256', Uint8Array.of(1))
    const signature = rsaPkcs1Sign(key, 'SHA-256', hashed)
    fc.assert(
      fc.property(flips, (at) => {
        expect(rsaPkcs1Verify(key, 'SHA-256', hashed, flipped(signature, at))).toBe(false)
        expect(rsaPkcs1Verify(key, 'SHA-256', flipped(hashed, at), signature)).toBe(false)
      }),
      runs(200),
    )
  })
})
