import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { toBase64url } from '../../src/encoding/base64.ts'
import { exportJwk, toPublicJwk } from '../../src/keys/export-jwk.ts'
import { jwkThumbprint } from '../../src/keys/jwk-thumbprint.ts'
import { codeOf, refusalOf } from '../refusal.ts'
import { ecTestKey, octTestKey, rsaTestKey } from '../test-keys.ts'

describe('jwkThumbprint', () => {
  it('is RFC 7638 section 3.1', () => {
    const jwk = {
      kty: 'RSA',
      n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
      e: 'AQAB',
      alg: 'RS256',
      kid: '2011-04-29',
    }
    expect(toBase64url(jwkThumbprint(jwk))).toBe('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs')
  })

  it('is the same for a private key and its public part, in any order of members', () => {
    for (const key of [rsaTestKey(1024), ecTestKey('P-384')]) {
      const { kty, ...members } = exportJwk(key)
      expect(jwkThumbprint({ ...members, kty })).toEqual(jwkThumbprint(toPublicJwk(key)))
    }
  })

  it('hashes the canonical form with the given hash', () => {
    const { crv, x, y } = exportJwk(ecTestKey('P-256'))
    const canonical = `{"crv":"${crv}","kty":"EC","x":"${x}","y":"${y}"}`
    expect(Buffer.from(jwkThumbprint({ kty: 'EC', crv, x, y }, 'SHA-512'))).toEqual(
      createHash('sha512').update(canonical).digest(),
    )
  })

  it('accepts a symmetric key with its bytes', () => {
    const { k } = exportJwk(octTestKey(128))
    expect(Buffer.from(jwkThumbprint({ kty: 'oct', k }))).toEqual(
      createHash('sha256').update(`{"k":"${k}","kty":"oct"}`).digest(),
    )
  })

  it.each([
    [{ kty: 'RSA', n: 'AQ' }, 'e'],
    [{ kty: 'EC', crv: 'P-256', x: 'AQ' }, 'y'],
    [{ kty: 'oct' }, 'k'],
  ])('rejects %j with an error that names the missing member', (jwk, member) => {
    const { code, message } = refusalOf(() => jwkThumbprint(jwk))
    expect([code, message]).toEqual([
      'INVALID_KEY',
      expect.stringContaining(`${member} is missing`),
    ])
  })

  it.each(['OKP', 'constructor', ''])('rejects the key type %j', (kty) => {
    expect(codeOf(() => jwkThumbprint({ kty }))).toBe('UNSUPPORTED_KEY')
  })
})
