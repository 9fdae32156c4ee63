import { describe, expect, it } from 'vitest'
import {
  createHsm,
  createKey,
  decrypt,
  deleteKey,
  encrypt,
  getKey,
  importKey,
  type KeyBundle,
  listKeyVersions,
  rotateKey,
  sign,
  updateKey,
  updateRotationPolicy,
  verify,
} from '../../src/index.ts'
import { CURVES, octJwk, rsaJwk } from '../known-keys.ts'
import { badParameter, forbidden, itRefuses, keyNotFound, refusalOf } from '../refusal.ts'
import { START, testHsm } from '../test-hsm.ts'

const versionOf = ({ key }: KeyBundle): string => key.kid.split('/').at(-1) ?? ''

describe('rotateKey makes a new version', () => {
  it.each(CURVES)('on the same curve %s, of another point', (crv) => {
    const { hsm } = testHsm()
    const before = createKey(hsm, 'orders', { kty: 'EC', crv })
    const after = rotateKey(hsm, 'orders')
    expect(after.key).toMatchObject({ kty: 'EC-HSM', crv })
    expect(after.key.x).not.toBe(before.key.x)
    expect(versionOf(after)).toMatch(/^[0-9a-f]{32}$/)
    expect(versionOf(after)).not.toBe(versionOf(before))
  })

  it('of the same RSA size and exponent', () => {
    const { hsm } = testHsm()
    const before = createKey(hsm, 'rsa-2048-3', { kty: 'RSA', publicExponent: 17 })
    const after = rotateKey(hsm, 'rsa-2048-3')
    expect(after.key.e).toBe('EQ')
    expect(after.key.n).toHaveLength(before.key.n?.length ?? 0)
    expect(after.key.n).not.toBe(before.key.n)
  })

  it('of an imported RSA key', () => {
    const { hsm } = testHsm()
    const jwk = rsaJwk()
    importKey(hsm, 'letters', jwk)
    const { key } = rotateKey(hsm, 'letters')
    expect(key.e).toBe('AQAB')
    expect(key.n).not.toBe(jwk.n)
  })

  it.each([128, 192, 256] as const)('of the same %i bits of oct', (bits) => {
    const { hsm } = testHsm()
    importKey(hsm, 'content', octJwk(bits))
    const alg = `A${bits}GCM`
    const { value, iv, tag, kid } = encrypt(hsm, 'content', { alg, value: new Uint8Array(5) })
    rotateKey(hsm, 'content')
    const sealed = { alg, value, iv, tag }
    expect(decrypt(hsm, kid, sealed).value).toEqual(new Uint8Array(5))
    expect(refusalOf(() => decrypt(hsm, 'content', sealed)).message).toContain('incorrect')
  })

  it('of the same type in a vault', () => {
    const { hsm } = testHsm({ profile: 'vault-premium' })
    createKey(hsm, 'soft', { kty: 'EC' })
    createKey(hsm, 'hard', { kty: 'EC-HSM' })
    expect([rotateKey(hsm, 'soft').key.kty, rotateKey(hsm, 'hard').key.kty]).toEqual([
      'EC',
      'EC-HSM',
    ])
  })

  it('with the same operations and tags', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'orders', { kty: 'EC', keyOps: ['verify'], tags: { team: 'shop' } })
    const { key, tags } = rotateKey(hsm, 'orders')
    expect(key.key_ops).toEqual(['verify'])
    expect(tags).toEqual({ team: 'shop' })
  })

  it('that is enabled, without a window, and born now', () => {
    const { hsm, clock } = testHsm()
    const attributes = { enabled: false, nbf: START + 5, exp: START + 9 }
    createKey(hsm, 'orders', { kty: 'EC', attributes })
    clock.seconds += 3600
    expect(rotateKey(hsm, 'orders').attributes).toEqual({
      ...createKey(hsm, 'other', { kty: 'EC' }).attributes,
      created: START + 3600,
      updated: START + 3600,
    })
  })

  it('that is the current one from now on', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'Orders', { kty: 'EC' })
    const after = rotateKey(hsm, 'orders')
    expect(getKey(hsm, 'orders')).toEqual(after)
    expect(after.key.kid).toContain('/keys/Orders/')
    expect(listKeyVersions(hsm, 'orders').value.map(({ kid }) => kid)).toContain(after.key.kid)
  })

  it('and leaves the older ones as they were, in use', () => {
    const { hsm } = testHsm()
    const before = createKey(hsm, 'orders', { kty: 'EC' })
    const digest = new Uint8Array(32)
    const { value } = sign(hsm, 'orders', { alg: 'ES256', value: digest })
    rotateKey(hsm, 'orders')
    expect(getKey(hsm, before.key.kid)).toEqual(before)
    const question = { alg: 'ES256', digest, value }
    expect(verify(hsm, before.key.kid, question)).toBe(true)
    expect(verify(hsm, 'orders', question)).toBe(false)
    expect(sign(hsm, before.key.kid, { alg: 'ES256', value: digest }).kid).toBe(before.key.kid)
  })

  it('by an identifier, whatever version stands in it', () => {
    const { hsm } = testHsm()
    const first = createKey(hsm, 'orders', { kty: 'EC', tags: { v: '1' } })
    createKey(hsm, 'orders', { kty: 'EC', crv: 'P-384', tags: { v: '2' } })
    const { key, tags } = rotateKey(hsm, first.key.kid)
    expect(key.crv).toBe('P-384')
    expect(tags).toEqual({ v: '2' })
  })

  it('whose tags are its own', () => {
    const { hsm } = testHsm()
    const before = createKey(hsm, 'orders', { kty: 'EC', tags: { team: 'shop' } })
    rotateKey(hsm, 'orders')
    updateKey(hsm, 'orders', { tags: {} })
    expect(getKey(hsm, before.key.kid).tags).toEqual({ team: 'shop' })
  })
})

describe('rotateKey refuses', () => {
  itRefuses(
    'a name that nobody has',
    (hsm) => () => rotateKey(hsm, 'nobody'),
    keyNotFound('nobody'),
  )
  itRefuses(
    'a deleted key',
    (hsm) => {
      createKey(hsm, 'orders', { kty: 'EC' })
      deleteKey(hsm, 'orders')
      return () => rotateKey(hsm, 'orders')
    },
    keyNotFound('orders'),
  )
  itRefuses(
    'a version beyond the limit',
    (hsm) => {
      createKey(hsm, 'orders', { kty: 'EC' })
      rotateKey(hsm, 'orders')
      return () => rotateKey(hsm, 'orders')
    },
    forbidden('Key orders has reached the limit of 2 versions.'),
    { limits: { versions: 2 } },
  )
  itRefuses(
    'a key without a rotation policy where it is strict',
    (hsm) => {
      createKey(hsm, 'orders', { kty: 'EC' })
      return () => rotateKey(hsm, 'orders')
    },
    badParameter('Key orders has no rotation policy.'),
    { profiles: ['managed-hsm'], strict: true },
  )

  it('nothing where it is strict and the key has a policy, or in a vault', () => {
    const { hsm } = testHsm({ strict: true })
    createKey(hsm, 'orders', { kty: 'EC' })
    updateRotationPolicy(hsm, 'orders', {})
    expect(rotateKey(hsm, 'orders').key.kid).toContain('/keys/orders/')
    const { hsm: vault } = testHsm({ strict: true, profile: 'vault-standard' })
    createKey(vault, 'orders', { kty: 'EC' })
    expect(rotateKey(vault, 'orders').key.kid).toContain('/keys/orders/')
  })

  itRefuses(
    'an invalid name',
    (hsm) => () => rotateKey(hsm, 'a_b'),
    badParameter('The request URI contains an invalid name: a_b'),
  )
})

describe('rotateKey under a clock that moves on at every reading', () => {
  it('counts the expiry from the creation', () => {
    let now = Date.UTC(2030, 0, 1)
    const hsm = createHsm({
      clock: () => {
        now += 1000
        return now
      },
    })
    createKey(hsm, 'orders', { kty: 'EC' })
    updateRotationPolicy(hsm, 'orders', { attributes: { expiryTime: 'P90D' } })
    const { exp = 0, created } = rotateKey(hsm, 'orders').attributes
    expect(exp - created).toBe(90 * 86_400)
  })
})
