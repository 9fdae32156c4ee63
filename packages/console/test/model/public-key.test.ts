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

  it('of a symmetric key is none', () => {
    const { key } = createKey(createHsm(), 'orders', { kty: 'oct-HSM' })
    expect(toPem(key)).toBeUndefined()
    expect(Object.keys(toJwk(key))).toEqual(['kty', 'kid'])
  })
})
