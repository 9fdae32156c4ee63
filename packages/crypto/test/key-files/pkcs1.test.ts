import { describe, expect, it } from 'vitest'
import { bytesToBigInt } from '../../src/encoding/bytes.ts'
import { writeInteger, writeSequence } from '../../src/encoding/write-der.ts'
import {
  exportPkcs1,
  importPkcs1,
  readRsaPrivateKey,
  readRsaPublicKey,
} from '../../src/key-files/pkcs1.ts'
import { exportJwk, toPublicJwk } from '../../src/keys/export-jwk.ts'
import { makeRsaPublicKey } from '../../src/rsa/make-rsa-key.ts'
import { Secret } from '../../src/secret.ts'
import { fixtureDer } from '../fixture.ts'
import { codeOf, refusalOf } from '../refusal.ts'
import { ecTestKey, rsaTestKey } from '../test-keys.ts'

const key = rsaTestKey(1024)
const { n, e, d, p, q, dp, dq, qi } = key.privateKey ? Secret.reveal(key.privateKey) : never()
const write = (...numbers: readonly (bigint | number)[]) =>
  writeSequence(...numbers.map(writeInteger))

function never(): never {
  throw new Error('A private key is needed.')
}

describe('RSAPrivateKey', () => {
  it('is version 0 and eight integers', () => {
    expect(exportPkcs1(key)).toEqual(write(0, n, e, d, p, q, dp, dq, qi))
  })

  it('is read as it was written', () => {
    expect(exportJwk(importPkcs1(exportPkcs1(key)))).toEqual(exportJwk(key))
  })

  it('of three primes is not supported, and the text says so', () => {
    const { code, message } = refusalOf(() => importPkcs1(fixtureDer('multi-prime.pkcs1')))
    expect(code).toBe('UNSUPPORTED_KEY')
    expect(message).toContain('more than two primes')
  })

  it('of another version is refused', () => {
    expect(codeOf(() => importPkcs1(write(2, n, e, d, p, q, dp, dq, qi)))).toBe('INVALID_KEY')
  })

  it('with a ninth number is refused', () => {
    expect(codeOf(() => importPkcs1(write(0, n, e, d, p, q, dp, dq, qi, 1)))).toBe('INVALID_KEY')
  })

  it('without its last number is refused by its name', () => {
    const { code, message } = refusalOf(() => importPkcs1(write(0, n, e, d, p, q, dp, dq)))
    expect([code, message]).toEqual(['INVALID_KEY', expect.stringContaining('qi is missing')])
  })

  it('whose numbers do not belong together is refused', () => {
    expect(codeOf(() => importPkcs1(write(0, n, e, d, p, q, dp, dq, qi + 1n)))).toBe('INVALID_KEY')
  })

  it('with a byte after its end is refused', () => {
    const longer = Uint8Array.of(...exportPkcs1(key), 0)
    expect(codeOf(() => importPkcs1(longer))).toBe('INVALID_KEY')
  })

  it('is refused where a public key is expected', () => {
    expect(codeOf(() => readRsaPublicKey(exportPkcs1(key)))).toBe('INVALID_KEY')
  })
})

describe('RSAPublicKey', () => {
  const publicKey = makeRsaPublicKey(n, e)

  it('is n and e', () => {
    expect(exportPkcs1(publicKey)).toEqual(write(n, e))
  })

  it('is read back without a private part', () => {
    const read = importPkcs1(exportPkcs1(publicKey))
    expect(read.privateKey).toBeUndefined()
    expect(toPublicJwk(read)).toEqual(toPublicJwk(key))
  })

  it('is recognised by its two numbers', () => {
    expect(bytesToBigInt(importPkcs1(fixtureDer('rsa.pkcs1-public')).publicKey.e)).toBe(65537n)
    expect(importPkcs1(fixtureDer('rsa.pkcs1')).privateKey).toBeDefined()
  })

  it('is refused where a private key is expected', () => {
    expect(codeOf(() => readRsaPrivateKey(exportPkcs1(publicKey)))).toBe('INVALID_KEY')
  })
})

describe('exportPkcs1', () => {
  it('refuses an EC key', () => {
    expect(codeOf(() => exportPkcs1(ecTestKey('P-256')))).toBe('INVALID_ARGUMENT')
  })
})
