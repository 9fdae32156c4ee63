import { describe, expect, it } from 'vitest'
import { exportJwk, toPublicJwk } from '../../src/keys/export-jwk.ts'
import { importJwk } from '../../src/keys/import-jwk.ts'
import { ecTestKey, mlDsaTestKey, octTestKey, rsaTestKey } from '../test-keys.ts'

const KEYS = [rsaTestKey(1024), ecTestKey('P-521'), octTestKey(192), mlDsaTestKey('ML-DSA-44')]

describe('exportJwk', () => {
  it.each([
    [KEYS[0], ['kty', 'n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi']],
    [KEYS[1], ['kty', 'crv', 'x', 'y', 'd']],
    [KEYS[2], ['kty', 'k']],
    [KEYS[3], ['kty', 'alg', 'pub', 'priv']],
  ])('writes the members of the key type, in the order of RFC 7518 (%#)', (key, members) => {
    expect(key && Object.keys(exportJwk(key))).toEqual(members)
  })

  it('of a public key is its public members', () => {
    for (const key of KEYS.filter(({ kty }) => kty !== 'oct')) {
      const publicJwk = toPublicJwk(key)
      expect(exportJwk(importJwk(publicJwk))).toEqual(publicJwk)
    }
  })

  it('keeps the full width of EC members: 66 bytes on P-521', () => {
    const { x, y, d } = exportJwk(importJwk({ kty: 'EC', crv: 'P-521', d: 'AQ' }))
    expect([x?.length, y?.length, d?.length]).toEqual([88, 88, 88])
  })

  it('writes RSA numbers without leading zeros', () => {
    expect(exportJwk(rsaTestKey(1024, 3)).e).toBe('Aw')
  })
})

describe('toPublicJwk', () => {
  it.each([
    [KEYS[0], ['kty', 'n', 'e']],
    [KEYS[1], ['kty', 'crv', 'x', 'y']],
    [KEYS[2], ['kty']],
    [KEYS[3], ['kty', 'alg', 'pub']],
  ])('writes no secret member (%#)', (key, members) => {
    expect(key && Object.keys(toPublicJwk(key))).toEqual(members)
  })
})
