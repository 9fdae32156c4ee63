import { describe, expect, it } from 'vitest'
import {
  createKey,
  deleteKey,
  getRotationPolicy,
  rotateKey,
  updateRotationPolicy,
} from '../../src/index.ts'
import { badParameter, itRefuses, keyNotFound } from '../refusal.ts'
import { BASE_URL, testHsm } from '../test-hsm.ts'

const ID = `${BASE_URL}/keys/Orders/rotationpolicy`
const NOTIFY = { trigger: { timeBeforeExpiry: 'P30D' }, action: { type: 'Notify' } }

describe('getRotationPolicy of a key without one', () => {
  it('has no actions on a Managed HSM', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'Orders', { kty: 'EC' })
    expect(getRotationPolicy(hsm, 'orders')).toEqual({
      id: ID,
      lifetimeActions: [],
      attributes: {},
    })
  })

  it.each(['vault-premium', 'vault-standard'] as const)(
    'notifies thirty days before expiry in a %s',
    (profile) => {
      const { hsm } = testHsm({ profile })
      createKey(hsm, 'Orders', { kty: 'EC' })
      expect(getRotationPolicy(hsm, 'orders')).toEqual({
        id: ID,
        lifetimeActions: [NOTIFY],
        attributes: {},
      })
    },
  )
})

describe('getRotationPolicy', () => {
  it('answers what was set', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'orders', { kty: 'EC' })
    const set = updateRotationPolicy(hsm, 'orders', { attributes: { expiryTime: 'P90D' } })
    expect(getRotationPolicy(hsm, 'orders')).toEqual(set)
  })

  it('takes an identifier, whatever version stands in it', () => {
    const { hsm } = testHsm()
    const { key } = createKey(hsm, 'orders', { kty: 'EC' })
    rotateKey(hsm, 'orders')
    expect(getRotationPolicy(hsm, key.kid)).toEqual(getRotationPolicy(hsm, 'ORDERS'))
  })

  it.each([false, true])('answers what nobody else sees changed (a policy is set: %s)', (isSet) => {
    const { hsm } = testHsm({ profile: 'vault-standard' })
    createKey(hsm, 'orders', { kty: 'EC' })
    if (isSet) updateRotationPolicy(hsm, 'orders', {})
    const policy = getRotationPolicy(hsm, 'orders')
    const before = structuredClone(policy)
    Object.assign(policy.lifetimeActions[0]?.trigger ?? {}, { timeBeforeExpiry: 'P1D' })
    Object.assign(policy.lifetimeActions[0]?.action ?? {}, { type: 'Rotate' })
    Object.assign(policy.attributes, { expiryTime: 'P1D' })
    Array.prototype.pop.call(policy.lifetimeActions)
    expect(getRotationPolicy(hsm, 'orders')).toEqual(before)
  })
})

describe('getRotationPolicy refuses', () => {
  itRefuses(
    'a name that nobody has',
    (hsm) => () => getRotationPolicy(hsm, 'nobody'),
    keyNotFound('nobody'),
  )
  itRefuses(
    'a deleted key',
    (hsm) => {
      createKey(hsm, 'orders', { kty: 'EC' })
      deleteKey(hsm, 'orders')
      return () => getRotationPolicy(hsm, 'orders')
    },
    keyNotFound('orders'),
  )
  itRefuses(
    'an invalid name',
    (hsm) => () => getRotationPolicy(hsm, 'a_b'),
    badParameter('The request URI contains an invalid name: a_b'),
  )
})
