import { concatBytes, hexToBytes } from '@noble/hashes/utils.js'
import { describe, expect, it } from 'vitest'
import { makeEcPublicKey } from '../../src/ec/make-ec-key.ts'
import {
  writeBitString,
  writeExplicit,
  writeInteger,
  writeNull,
  writeOctetString,
  writeOid,
  writeSequence,
} from '../../src/encoding/write-der.ts'
import { writeCurve } from '../../src/key-files/key-algorithms.ts'
import {
  exportSec1,
  importSec1,
  readEcPrivateKey,
  writeEcPrivateKey,
} from '../../src/key-files/sec1.ts'
import { exportJwk, toPublicJwk } from '../../src/keys/export-jwk.ts'
import { importJwk } from '../../src/keys/import-jwk.ts'
import { Secret } from '../../src/secret.ts'
import { fixtureDer } from '../fixture.ts'
import { codeOf, refusalOf } from '../refusal.ts'
import { ecTestKey, octTestKey, rsaTestKey } from '../test-keys.ts'

const key = ecTestKey('P-256')
const d = key.privateKey ? Secret.reveal(key.privateKey) : new Uint8Array()
const point = concatBytes(Uint8Array.of(4), key.publicKey.x, key.publicKey.y)
const P256 = writeExplicit(0, writeCurve('P-256'))
const PUBLIC = writeExplicit(1, writeBitString(point))
const write = (...optional: readonly Uint8Array[]) =>
  writeSequence(writeInteger(1), writeOctetString(d), ...optional)
const withD = (bytes: Uint8Array) => writeSequence(writeInteger(1), writeOctetString(bytes), P256)
const problem = (der: Uint8Array) => {
  const { code, message } = refusalOf(() => importSec1(der))
  expect(code).toBe('INVALID_KEY')
  return message
}

describe('ECPrivateKey', () => {
  it('is version 1, d, the name of the curve and the point', () => {
    expect(exportSec1(key)).toEqual(write(P256, PUBLIC))
  })

  it.each(['P-256', 'P-384', 'P-521', 'P-256K'] as const)(
    'on %s is read as it was written',
    (crv) => {
      const original = ecTestKey(crv)
      expect(exportJwk(importSec1(exportSec1(original)))).toEqual(exportJwk(original))
    },
  )

  it('without its point is completed from d', () => {
    expect(toPublicJwk(importSec1(write(P256)))).toEqual(toPublicJwk(key))
    expect(importSec1(fixtureDer('p256.sec1-without-public')).publicKey.x).toHaveLength(32)
  })

  it('may have its point compressed', () => {
    expect(exportSec1(importSec1(fixtureDer('p256.sec1-compressed')))).toEqual(
      fixtureDer('p256.sec1'),
    )
  })

  it('whose d lost its leading zeros is taken', () => {
    const short = writeSequence(writeInteger(1), writeOctetString(Uint8Array.of(5)), P256)
    expect(exportJwk(importSec1(short))).toEqual(
      exportJwk(importJwk({ kty: 'EC', crv: 'P-256', d: 'BQ' })),
    )
  })

  it.each([1, 2, 992])('whose d has %i more leading zeros is taken', (count) => {
    expect(exportJwk(importSec1(withD(concatBytes(new Uint8Array(count), d))))).toEqual(
      exportJwk(key),
    )
  })

  it('as old GnuTLS writes it, with a d of 33 bytes, is taken', () => {
    const der = hexToBytes(GNUTLS)
    expect(exportJwk(importSec1(der))).toEqual(
      exportJwk(importJwk({ kty: 'EC', crv: 'P-256', d: 'AQ' })),
    )
  })

  it('inside PKCS#8 may have leading zeros too', () => {
    const inner = writeSequence(writeInteger(1), writeOctetString(concatBytes(Uint8Array.of(0), d)))
    expect(exportJwk(readEcPrivateKey(inner, 'P-256'))).toEqual(exportJwk(key))
  })

  it.each([
    ['is longer than its curve', concatBytes(Uint8Array.of(1), d)],
    ['has a byte that is not zero before its zeros', concatBytes(Uint8Array.of(1, 0), d)],
    ['has 993 leading zeros', concatBytes(new Uint8Array(993), d)],
    ['has a byte after its end', concatBytes(d, Uint8Array.of(0))],
  ])('whose d %s is refused', (_, bytes) => {
    expect(problem(withD(bytes))).toContain('too long')
  })

  it('whose d is zero is refused', () => {
    const zero = writeSequence(writeInteger(1), writeOctetString(new Uint8Array(32)), P256)
    expect(problem(zero)).toContain('outside 1 to n - 1')
  })

  it('whose point is that of another d is refused', () => {
    const other = concatBytes(Uint8Array.of(4), ...Object.values(ecTestKeyOther().publicKey))
    expect(problem(write(P256, writeExplicit(1, writeBitString(other))))).toContain('not that of')
  })

  it('whose point is off the curve is refused', () => {
    const off = point.with(64, (point[64] ?? 0) ^ 1)
    expect(problem(write(P256, writeExplicit(1, writeBitString(off))))).toContain('not a point')
  })

  it('that does not name its curve is refused', () => {
    expect(problem(write(PUBLIC))).toContain('does not name its curve')
  })

  it('of another version is refused', () => {
    const version0 = writeSequence(writeInteger(0), writeOctetString(d), P256)
    expect(problem(version0)).toContain('version 1')
  })

  it('with its optional parts the wrong way round is refused', () => {
    expect(problem(write(PUBLIC, P256))).toContain('do not belong')
  })

  it('with a part twice is refused', () => {
    expect(problem(write(P256, P256))).toContain('do not belong')
  })

  it('with a part that the structure does not have is refused', () => {
    expect(problem(write(P256, PUBLIC, writeNull()))).toContain('do not belong')
  })

  it('with explicit parameters says how to convert it', () => {
    const { code, message } = refusalOf(() => importSec1(fixtureDer('explicit.sec1')))
    expect(code).toBe('UNSUPPORTED_KEY')
    expect(message).toMatch(/openssl ec .*-param_enc named_curve/)
  })

  it('on a curve that is not supported names the curve', () => {
    const der = write(writeExplicit(0, writeOid('1.3.132.0.33')))
    const { code, message } = refusalOf(() => importSec1(der))
    expect([code, message]).toEqual(['UNSUPPORTED_KEY', expect.stringContaining('P-224')])
  })

  it('may leave the curve to what surrounds it, and must agree where both name one', () => {
    expect(readEcPrivateKey(write(PUBLIC), 'P-256').crv).toBe('P-256')
    expect(readEcPrivateKey(write(P256), 'P-256').crv).toBe('P-256')
    expect(refusalOf(() => readEcPrivateKey(write(P256), 'P-256K')).message).toContain('two curves')
  })
})

describe('exportSec1', () => {
  it('refuses a key without its private part', () => {
    const { x, y } = key.publicKey
    expect(codeOf(() => exportSec1(makeEcPublicKey('P-256', x, y)))).toBe('INVALID_ARGUMENT')
    expect(codeOf(() => writeEcPrivateKey(makeEcPublicKey('P-256', x, y)))).toBe('INVALID_ARGUMENT')
  })

  it('refuses an RSA key', () => {
    expect(codeOf(() => exportSec1(rsaTestKey(1024)))).toBe('INVALID_ARGUMENT')
  })

  it('refuses a symmetric key', () => {
    expect(codeOf(() => exportSec1(octTestKey(128)))).toBe('INVALID_ARGUMENT')
  })
})

/** d = 1 on P-256, with one byte more than the curve has. */
const GNUTLS =
  '30320201010421000000000000000000000000000000000000000000000000000000000000000001a00a06082a8648ce3d030107'

function ecTestKeyOther() {
  const other = importJwk({ kty: 'EC', crv: 'P-256', d: 'BQ' })
  if (other.kty !== 'EC') throw new Error('An EC key is needed.')
  return other
}
