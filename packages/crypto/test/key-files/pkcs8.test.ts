import { concatBytes } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'
import { writePoint } from '../../src/ec/ec-point.ts'
import { contextTag } from '../../src/encoding/read-der.ts'
import {
  writeBitString,
  writeElement,
  writeInteger,
  writeNull,
  writeOctetString,
  writeOid,
  writeSequence,
  writeSetOfOne,
} from '../../src/encoding/write-der.ts'
import { writeKeyAlgorithm } from '../../src/key-files/key-algorithms.ts'
import { exportPkcs1 } from '../../src/key-files/pkcs1.ts'
import { exportPkcs8, importPkcs8 } from '../../src/key-files/pkcs8.ts'
import { exportSec1, writeEcPrivateKey } from '../../src/key-files/sec1.ts'
import { exportSpki } from '../../src/key-files/spki.ts'
import type { EcKey } from '../../src/key-material.ts'
import { exportJwk } from '../../src/keys/export-jwk.ts'
import { makeRsaPublicKey } from '../../src/rsa/make-rsa-key.ts'
import { fixtureDer } from '../fixture.ts'
import { codeOf, refusalOf } from '../refusal.ts'
import { ecTestKey, octTestKey, rsaTestKey } from '../test-keys.ts'

const rsa = rsaTestKey(1024)
const ec = ecTestKey('P-256')
const other = ecTestKey('P-256K')
const attributes = (...list: readonly Uint8Array[]) =>
  writeElement(contextTag(0), concatBytes(...list))
/** An attribute with an identifier of RFC 2985 (localKeyId) and one value. */
const ATTRIBUTE = writeSequence(
  writeOid('1.2.840.113549.1.9.21'),
  writeSetOfOne(writeOctetString(Uint8Array.of(1))),
)
const ATTRIBUTES = attributes(ATTRIBUTE)

const EMPTY_SET = Uint8Array.of(0x31, 0)

/** A subjectPublicKey under the implicit tag [1], which takes the place of the BIT STRING's own. */
const implicitly = (bytes: Uint8Array) => writeBitString(bytes).with(0, contextTag(1, 'primitive'))
const publicKeyField = (key: EcKey) => implicitly(writePoint(key.publicKey))

const write = (version: number, ...optional: readonly Uint8Array[]) =>
  writeSequence(
    writeInteger(version),
    writeKeyAlgorithm(ec),
    writeOctetString(writeEcPrivateKey(ec)),
    ...optional,
  )
const problem = (der: Uint8Array) => {
  const { code, message } = refusalOf(() => importPkcs8(der))
  expect(code).toBe('INVALID_KEY')
  return message
}

describe('PrivateKeyInfo', () => {
  it.each(['rsa', 'p256', 'p384', 'p521', 'p256k'])(
    'of %s is written as openssl writes it',
    (name) => {
      const der = fixtureDer(`${name}.pkcs8`)
      expect(exportPkcs8(importPkcs8(der))).toEqual(der)
    },
  )

  it('holds SEC 1 without the name of the curve, which the outer structure names', () => {
    expect(exportPkcs8(ec)).toEqual(write(0))
  })

  it('may name the curve inside as well', () => {
    const der = writeSequence(
      writeInteger(0),
      writeKeyAlgorithm(ec),
      writeOctetString(exportSec1(ec)),
    )
    expect(exportJwk(importPkcs8(der))).toEqual(exportJwk(ec))
  })

  it('that names another curve inside is refused', () => {
    const der = writeSequence(
      writeInteger(0),
      writeKeyAlgorithm(other),
      writeOctetString(exportSec1(ec)),
    )
    expect(problem(der)).toContain('two curves')
  })

  it('may carry attributes', () => {
    for (const some of [attributes(), ATTRIBUTES, attributes(ATTRIBUTE, ATTRIBUTE)]) {
      expect(exportJwk(importPkcs8(write(0, some)))).toEqual(exportJwk(ec))
    }
  })

  it.each([
    ['a set', attributes(writeSetOfOne(ATTRIBUTE))],
    ['an empty sequence', attributes(writeSequence())],
    ['an identifier alone', attributes(writeSequence(writeOid('1.2.3')))],
    ['a value outside a set', attributes(writeSequence(writeOid('1.2.3'), writeNull()))],
    ['a third element', attributes(writeSequence(writeOid('1.2.3'), EMPTY_SET, writeNull()))],
    ['damaged DER', writeElement(contextTag(0), Uint8Array.of(0x30, 0x05))],
  ])('with an attribute that is %s is refused', (_, some) => {
    expect(problem(write(0, some))).toContain('attribute')
  })

  it('of version 1 may carry the public key', () => {
    expect(exportJwk(importPkcs8(write(1, publicKeyField(ec))))).toEqual(exportJwk(ec))
    expect(exportJwk(importPkcs8(write(1, ATTRIBUTES, publicKeyField(ec))))).toEqual(exportJwk(ec))
  })

  it('of version 1 without public key is taken', () => {
    expect(exportJwk(importPkcs8(write(1)))).toEqual(exportJwk(ec))
  })

  it('of version 0 with a public key is refused', () => {
    expect(problem(write(0, publicKeyField(ec)))).toContain('do not belong')
  })

  it('of version 1 may carry a public RSA key', () => {
    const parts = [writeKeyAlgorithm(rsa), writeOctetString(exportPkcs1(rsa))]
    const publicKey = exportPkcs1({ kty: rsa.kty, bits: rsa.bits, publicKey: rsa.publicKey })
    const der = writeSequence(writeInteger(1), ...parts, implicitly(publicKey))
    expect(exportJwk(importPkcs8(der))).toEqual(exportJwk(rsa))
  })

  it('with the public key of another key is refused', () => {
    const another = importPkcs8(fixtureDer('p256.pkcs8'))
    if (another.kty !== 'EC') throw new Error('An EC key is needed.')
    expect(problem(write(1, publicKeyField(another)))).toContain('not that of the private key')
  })

  it('with the public key before the attributes is refused', () => {
    expect(problem(write(1, publicKeyField(ec), ATTRIBUTES))).toContain('do not belong')
  })

  it('with an element that it does not have is refused', () => {
    expect(problem(write(1, ATTRIBUTES, writeNull()))).toContain('do not belong')
  })

  it('of version 2 is refused', () => {
    expect(problem(write(2))).toContain('version 0 or 1')
  })

  it('with RSA inside and EC outside is refused', () => {
    const der = writeSequence(
      writeInteger(0),
      writeKeyAlgorithm(ec),
      writeOctetString(exportPkcs1(rsa)),
    )
    problem(der)
  })

  it('with a public RSA key inside is refused', () => {
    const der = writeSequence(
      writeInteger(0),
      writeKeyAlgorithm(rsa),
      writeOctetString(fixtureDer('rsa.pkcs1-public')),
    )
    problem(der)
  })

  it('that is an SPKI is refused', () => {
    problem(exportSpki(ec))
  })

  it('of no bytes is refused', () => {
    problem(new Uint8Array())
  })
})

describe('exportPkcs8', () => {
  it('refuses a symmetric key', () => {
    expect(codeOf(() => exportPkcs8(octTestKey(256)))).toBe('INVALID_ARGUMENT')
  })

  it('refuses a key without its private part', () => {
    expect(codeOf(() => exportPkcs8(makeRsaPublicKey(3n << 1022n, 3n)))).toBe('INVALID_ARGUMENT')
  })
})
