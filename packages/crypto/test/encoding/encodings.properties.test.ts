import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toBase64url } from '../../src/encoding/base64.ts'
import {
  type EcKey,
  exportEncryptedPkcs8,
  exportJwk,
  exportPem,
  exportPkcs1,
  exportPkcs8,
  exportPublicPem,
  exportSec1,
  exportSpki,
  importEncryptedPkcs8,
  importJwk,
  importPem,
  importPkcs1,
  importPkcs8,
  importPublicPem,
  importSec1,
  importSpki,
  type JsonWebKey,
  type RsaKey,
  toPublicJwk,
} from '../../src/index.ts'
import { runs } from '../runs.ts'
import { rsaTestKey, testRandom } from '../test-keys.ts'

/** Any EC key: the low bits of small scalars keep leading zeros frequent. */
const ecKey: fc.Arbitrary<EcKey> = fc
  .tuple(
    fc.constantFrom('P-256', 'P-384', 'P-521', 'P-256K'),
    fc.uint8Array({ minLength: 1, maxLength: 31 }).filter((d) => d.some((byte) => byte !== 0)),
  )
  .map(([crv, d]) => importJwk({ kty: 'EC', crv, d: toBase64url(d) }))
  .filter((key) => key.kty === 'EC')

const rsaKey: fc.Arbitrary<RsaKey> = fc
  .constantFrom(
    [1024, 3],
    [1024, 17],
    [1024, 257],
    [1024, 65537],
    [1024, 2 ** 53 - 1],
    [1280, 65537],
    [2048, 65537],
  )
  .map(([bits, e]) => rsaTestKey(bits, e))

const anyKey = fc.oneof(ecKey, rsaKey)

const der = <Type extends string>(type: Type) => ({ format: 'der' as const, type })

describe('every encoding gives back what it was given', () => {
  it('private keys as JWK, PKCS#8 and PEM', () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        const jwk = exportJwk(key)
        expect(exportJwk(importJwk(jwk))).toEqual(jwk)
        expect(exportJwk(importPkcs8(exportPkcs8(key)))).toEqual(jwk)
        expect(exportJwk(importPem(exportPem(key)))).toEqual(jwk)
      }),
      runs(60),
    )
  })

  it('public keys as JWK, SPKI and PEM', () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        const jwk = toPublicJwk(key)
        expect(exportJwk(importJwk(jwk))).toEqual(jwk)
        expect(exportJwk(importSpki(exportSpki(key)))).toEqual(jwk)
        expect(exportJwk(importPublicPem(exportPublicPem(key)))).toEqual(jwk)
      }),
      runs(60),
    )
  })

  it('RSA keys as PKCS#1', () => {
    fc.assert(
      fc.property(rsaKey, (key) => {
        expect(exportJwk(importPkcs1(exportPkcs1(key)))).toEqual(exportJwk(key))
      }),
      runs(20),
    )
  })

  it('EC keys as SEC 1', () => {
    fc.assert(
      fc.property(ecKey, (key) => {
        expect(exportJwk(importSec1(exportSec1(key)))).toEqual(exportJwk(key))
      }),
      runs(40),
    )
  })

  it('symmetric keys as JWK', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), (bytes) => {
        const jwk = { kty: 'oct', k: toBase64url(bytes) }
        expect(exportJwk(importJwk(jwk))).toEqual(jwk)
      }),
      runs(100),
    )
  })

  it('private keys under any password and either derivation', () => {
    const derivation = fc.oneof(
      fc.record({
        kdf: fc.constant('pbkdf2' as const),
        iterations: fc.integer({ min: 1, max: 20 }),
      }),
      fc.record({
        kdf: fc.constant('scrypt' as const),
        cost: fc.constantFrom(2, 16, 64),
        blockSize: fc.integer({ min: 1, max: 8 }),
        parallelization: fc.integer({ min: 1, max: 3 }),
      }),
    )
    const password = fc.oneof(fc.string({ unit: 'grapheme' }), fc.uint8Array({ maxLength: 200 }))
    fc.assert(
      fc.property(ecKey, password, derivation, fc.string(), (key, secret, options, seed) => {
        const random = testRandom(`seed ${seed}`)
        const encrypted = exportEncryptedPkcs8(key, secret, { random, ...options })
        expect(exportJwk(importEncryptedPkcs8(encrypted, secret))).toEqual(exportJwk(key))
      }),
      runs(40),
    )
  })
})

describe('node:crypto agrees', () => {
  it('on our private keys, byte for byte', () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        const bytes = exportPkcs8(key)
        const node = createPrivateKey({ key: Buffer.from(bytes), ...der('pkcs8') })
        expect(new Uint8Array(node.export(der('pkcs8')))).toEqual(bytes)
        expect(node.export({ format: 'pem', type: 'pkcs8' })).toBe(exportPem(key))
        if (key.kty === 'RSA') {
          expect(new Uint8Array(node.export(der('pkcs1')))).toEqual(exportPkcs1(key))
        } else {
          expect(new Uint8Array(node.export(der('sec1')))).toEqual(exportSec1(key))
        }
        const jwk = node.export({ format: 'jwk' }) as JsonWebKey
        expect(exportJwk(importJwk(jwk))).toEqual(exportJwk(key))
      }),
      runs(40),
    )
  })

  it('on our public keys, byte for byte', () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        const node = createPublicKey({ key: Buffer.from(exportSpki(key)), ...der('spki') })
        expect(new Uint8Array(node.export(der('spki')))).toEqual(exportSpki(key))
        expect(node.export({ format: 'pem', type: 'spki' })).toBe(exportPublicPem(key))
      }),
      runs(40),
    )
  })

  it('on EC keys that it made', () => {
    fc.assert(
      fc.property(fc.constantFrom('P-256', 'P-384', 'P-521', 'secp256k1'), (namedCurve) => {
        const made = generateKeyPairSync('ec', {
          namedCurve,
          privateKeyEncoding: der('pkcs8'),
          publicKeyEncoding: der('spki'),
        })
        expect(new Uint8Array(made.privateKey)).toEqual(exportPkcs8(importPkcs8(made.privateKey)))
        expect(new Uint8Array(made.publicKey)).toEqual(exportSpki(importPkcs8(made.privateKey)))
      }),
      runs(40),
    )
  })

  it('on RSA keys that it made, from n, e and d alone', () => {
    fc.assert(
      fc.property(fc.constantFrom(3, 17, 65537), (publicExponent) => {
        const made = generateKeyPairSync('rsa', {
          modulusLength: 1024,
          publicExponent,
          privateKeyEncoding: der('pkcs8'),
          publicKeyEncoding: der('spki'),
        })
        const { kty, n, e, d } = exportJwk(importPkcs8(made.privateKey))
        const recovered = importJwk({ kty, n, e, d })
        expect(new Uint8Array(made.publicKey)).toEqual(exportSpki(recovered))
        // OpenSSL orders its primes as we do, the greater first.
        expect(new Uint8Array(made.privateKey)).toEqual(exportPkcs8(recovered))
      }),
      runs(10),
    )
  })

  it('on keys that it encrypted', () => {
    const cipher = fc.constantFrom('aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc')
    const passphrase = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 })
    fc.assert(
      fc.property(ecKey, cipher, passphrase, (key, name, secret) => {
        const node = createPrivateKey({ key: Buffer.from(exportPkcs8(key)), ...der('pkcs8') })
        const pkcs8 = node.export({
          format: 'pem',
          type: 'pkcs8',
          cipher: name,
          passphrase: secret,
        })
        expect(exportJwk(importPem(`${pkcs8}`, { password: secret }))).toEqual(exportJwk(key))
        const sec1 = node.export({ format: 'pem', type: 'sec1', cipher: name, passphrase: secret })
        expect(exportJwk(importPem(`${sec1}`, { password: secret }))).toEqual(exportJwk(key))
      }),
      runs(15),
    )
  })
})
