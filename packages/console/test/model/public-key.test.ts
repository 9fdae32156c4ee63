/** Public keys as PEM: what OpenSSL makes of the same key. */

import { createPublicKey } from 'node:crypto'
import { createHsm, createKey } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { toJwk, toPem } from '../../page/model/public-key.ts'

const CURVES = { 'P-256K': 'secp256k1' } as Readonly<Record<string, string>>

describe('the PEM of a public key', () => {
  it.each(['P-256', 'P-384', 'P-521', 'P-256K', 2048, 3072] as const)('of %s is right', (size) => {
    const parameters =
      typeof size === 'number'
        ? ({ kty: 'RSA-HSM', keySize: size } as const)
        : ({ kty: 'EC-HSM', crv: size } as const)
    const { key } = createKey(createHsm({ seed: 'a test' }), 'orders', parameters)
    const { kid: _, ...jwk } = toJwk(key) as { kid: string; crv?: string }
    const known = { ...jwk, ...(jwk.crv && { crv: CURVES[jwk.crv] ?? jwk.crv }) }
    const expected = createPublicKey({ format: 'jwk', key: known })
    expect(toPem(key)).toBe(expected.export({ type: 'spki', format: 'pem' }))
  })

  // RFC 9881 section 4: the identifier alone, then the bytes.
  it.each([
    ['ML-DSA-44', '30820532300b06096086480165030403110382052100'],
    ['ML-DSA-65', '308207b2300b0609608648016503040312038207a100'],
    ['ML-DSA-87', '30820a32300b060960864801650304031303820a2100'],
  ] as const)('of %s is right, and its JWK names it', (alg, head) => {
    const { key } = createKey(createHsm({ seed: 'a test' }), 'firmware', { kty: 'AKP-HSM', alg })
    const pem = toPem(key) ?? ''
    const lines = pem.replace(/-----[A-Z ]+-----/g, '')
    const pub = Buffer.from(key.pub ?? '', 'base64url').toString('hex')
    expect(Buffer.from(lines, 'base64').toString('hex')).toBe(head + pub)
    expect(toJwk(key)).toEqual({ kty: 'AKP', kid: key.kid, alg, pub: key.pub })
  })

  it('of a symmetric key is none', () => {
    const { key } = createKey(createHsm(), 'orders', { kty: 'oct-HSM' })
    expect(toPem(key)).toBeUndefined()
    expect(Object.keys(toJwk(key))).toEqual(['kty', 'kid'])
  })
})
