import { describe, expect, it } from 'vitest'
import {
  writeBitString,
  writeInteger,
  writeNull,
  writeOid,
  writeSequence,
} from '../../src/encoding/write-der.ts'
import { importPkcs8 } from '../../src/key-files/pkcs8.ts'
import { exportSpki, importSpki } from '../../src/key-files/spki.ts'
import { toPublicJwk } from '../../src/keys/export-jwk.ts'
import { fixtureDer } from '../fixture.ts'
import { codeOf, refusalOf } from '../refusal.ts'
import { octTestKey, rsaTestKey } from '../test-keys.ts'

const RSA = '1.2.840.113549.1.1.1'
const EC = '1.2.840.10045.2.1'
const P256 = writeOid('1.2.840.10045.3.1.7')
const KEYS = ['rsa', 'p256', 'p384', 'p521', 'p256k'] as const
const CURVES = ['p256', 'p384', 'p521', 'p256k'] as const

const rsaBytes = writeBitString(fixtureDer('rsa.pkcs1-public'))
const spki = (algorithm: readonly Uint8Array[], ...rest: readonly Uint8Array[]) =>
  writeSequence(writeSequence(...algorithm), ...rest)
const problem = (der: Uint8Array) => {
  const { code, message } = refusalOf(() => importSpki(der))
  expect(code).toBe('INVALID_KEY')
  return message
}

describe('SubjectPublicKeyInfo', () => {
  it.each(KEYS)('of the private key %s is what openssl writes', (name) => {
    expect(exportSpki(importPkcs8(fixtureDer(`${name}.pkcs8`)))).toEqual(fixtureDer(`${name}.spki`))
  })

  it.each(KEYS)('of %s is read without private part and written the same', (name) => {
    const key = importSpki(fixtureDer(`${name}.spki`))
    expect(key.privateKey).toBeUndefined()
    expect(exportSpki(key)).toEqual(fixtureDer(`${name}.spki`))
  })

  it.each(CURVES)('of %s may have its point compressed', (name) => {
    const key = importSpki(fixtureDer(`${name}.spki-compressed`))
    expect(exportSpki(key)).toEqual(fixtureDer(`${name}.spki`))
  })

  it('with a hybrid point is refused', () => {
    expect(problem(fixtureDer('p256.spki-hybrid'))).toContain('not the encoding of a point')
  })

  it('with the point at infinity is refused', () => {
    const der = spki([writeOid(EC), P256], writeBitString(Uint8Array.of(0)))
    expect(problem(der)).toContain('not the encoding of a point')
  })

  it('with a point of another length is refused', () => {
    const der = spki([writeOid(EC), P256], writeBitString(Uint8Array.of(4, 1, 2)))
    expect(problem(der)).toContain('not the encoding of a point')
  })

  it('with a compressed x that no point has is refused', () => {
    // x^3 - 3x + b is no square modulo p for x = 7, so P-256 has no such point.
    const der = spki(
      [writeOid(EC), P256],
      writeBitString(new Uint8Array(33).with(0, 2).with(32, 7)),
    )
    expect(problem(der)).toContain('not a point')
  })

  it('without a point is refused', () => {
    expect(problem(spki([writeOid(EC), P256], writeBitString(new Uint8Array())))).toContain('point')
  })

  it('may leave out the parameters of rsaEncryption', () => {
    const key = importSpki(spki([writeOid(RSA)], rsaBytes))
    expect(exportSpki(key)).toEqual(fixtureDer('rsa.spki'))
  })

  it('with other parameters of rsaEncryption is refused', () => {
    expect(problem(spki([writeOid(RSA), writeInteger(0)], rsaBytes))).toContain('has parameters')
  })

  it('with an algorithm of three elements is refused', () => {
    const der = spki([writeOid(RSA), writeNull(), writeNull()], rsaBytes)
    expect(problem(der)).toContain('more than 2 elements')
  })

  it('with a third element is refused', () => {
    const der = spki([writeOid(RSA), writeNull()], rsaBytes, writeNull())
    expect(problem(der)).toContain('more than 2 elements')
  })

  it('of EC that does not name its curve is refused', () => {
    expect(problem(spki([writeOid(EC)], rsaBytes))).toContain('the name of the curve is missing')
  })

  it.each([
    ['1.3.101.112', 'Ed25519'],
    ['1.2.840.113549.1.1.10', 'RSASSA-PSS'],
    ['1.2.3.4', '1.2.3.4'],
  ])('of the algorithm %s says that %s is not supported', (oid, name) => {
    const { code, message } = refusalOf(() => importSpki(spki([writeOid(oid)], rsaBytes)))
    expect([code, message]).toEqual([
      'UNSUPPORTED_KEY',
      expect.stringContaining(`${name} is not supported`),
    ])
  })
})

describe('exportSpki', () => {
  it('refuses a symmetric key', () => {
    expect(codeOf(() => exportSpki(octTestKey(128)))).toBe('INVALID_ARGUMENT')
  })

  it('does not look at the private part', () => {
    const { privateKey, ...publicKey } = rsaTestKey(1024)
    expect(privateKey).toBeDefined()
    expect(exportSpki(publicKey)).toEqual(exportSpki(rsaTestKey(1024)))
    expect(toPublicJwk(importSpki(exportSpki(publicKey)))).toEqual(toPublicJwk(publicKey))
  })
})
