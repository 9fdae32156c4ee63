import { describe, expect, it } from 'vitest'
import {
  createKey,
  deleteKey,
  getKey,
  importKey,
  listDeletedKeys,
  purgeDeletedKey,
  recoverDeletedKey,
  rotateKey,
  sign,
  updateKey,
  verify,
} from '../../src/index.ts'
import { ecJwk } from '../known-keys.ts'
import { badParameter, deletedKeyNotFound, itRefuses, type Refusal, refusalOf } from '../refusal.ts'
import { snapshot } from '../snapshot.ts'
import { DAY, PROFILES, testHsm } from '../test-hsm.ts'

/** Recover has a text of its own in a vault. */
const keyToRecoverNotFound = (name: string): Refusal => ({
  ...deletedKeyNotFound(name),
  message: `Key not found: ${name}`,
})

describe('recoverDeletedKey', () => {
  it.each(PROFILES)('brings everything back as it was (%s)', (profile) => {
    const { hsm, clock } = testHsm({ profile })
    const first = createKey(hsm, 'Orders', { kty: 'EC', tags: { a: 'b' }, keyOps: ['sign'] })
    clock.seconds += 10
    rotateKey(hsm, 'orders')
    createKey(hsm, 'other', { kty: 'EC' })
    updateKey(hsm, first.key.kid, { attributes: { enabled: false } })
    const before = snapshot(hsm)
    clock.seconds += 10
    deleteKey(hsm, 'orders')
    clock.seconds += 10
    expect(recoverDeletedKey(hsm, 'orders')).toEqual(getKey(hsm, 'orders'))
    clock.seconds -= 20
    expect(snapshot(hsm)).toEqual(before)
  })

  it('answers the newest version', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'orders', { kty: 'EC' })
    const current = rotateKey(hsm, 'orders')
    deleteKey(hsm, 'orders')
    expect(recoverDeletedKey(hsm, 'orders')).toEqual(current)
  })

  it('brings back a key that verifies what it signed before', () => {
    const { hsm } = testHsm()
    importKey(hsm, 'orders', ecJwk())
    const digest = new Uint8Array(32)
    const { value, kid } = sign(hsm, 'orders', { alg: 'ES256', value: digest })
    deleteKey(hsm, 'orders')
    recoverDeletedKey(hsm, 'orders')
    expect(verify(hsm, kid, { alg: 'ES256', digest, value })).toBe(true)
  })

  it('takes the key off the list of deleted keys', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'orders', { kty: 'EC' })
    const { recoveryId } = deleteKey(hsm, 'orders')
    recoverDeletedKey(hsm, recoveryId)
    expect(listDeletedKeys(hsm).value).toEqual([])
  })

  it('works until the last second of the retention', () => {
    const { hsm, clock } = testHsm({ softDeleteRetentionDays: 7 })
    const { key } = createKey(hsm, 'orders', { kty: 'EC' })
    deleteKey(hsm, 'orders')
    clock.seconds += 7 * DAY - 1
    expect(recoverDeletedKey(hsm, 'orders').key).toEqual(key)
  })

  it('forgets the deletion: a recovered key outlives the old date', () => {
    const { hsm, clock } = testHsm({ softDeleteRetentionDays: 7 })
    createKey(hsm, 'orders', { kty: 'EC' })
    deleteKey(hsm, 'orders')
    const recovered = recoverDeletedKey(hsm, 'orders')
    clock.seconds += 8 * DAY
    expect(getKey(hsm, 'orders')).toEqual(recovered)
  })

  it('works under purge protection', () => {
    const { hsm } = testHsm({ purgeProtection: true })
    const { key } = createKey(hsm, 'orders', { kty: 'EC' })
    deleteKey(hsm, 'orders')
    expect(recoverDeletedKey(hsm, 'orders').key).toEqual(key)
  })

  it('can be followed by another deletion, with a date of its own', () => {
    const { hsm, clock } = testHsm()
    createKey(hsm, 'orders', { kty: 'EC' })
    const first = deleteKey(hsm, 'orders')
    recoverDeletedKey(hsm, 'orders')
    clock.seconds += DAY
    const second = deleteKey(hsm, 'orders')
    expect(second.scheduledPurgeDate - first.scheduledPurgeDate).toBe(DAY)
    expect(refusalOf(() => getKey(hsm, 'orders')).code).toBe('KeyNotFound')
  })
})

describe('recoverDeletedKey refuses', () => {
  itRefuses(
    'a name that nobody has',
    (hsm) => () => recoverDeletedKey(hsm, 'nobody'),
    keyToRecoverNotFound('nobody'),
  )
  itRefuses(
    'an active key',
    (hsm) => {
      createKey(hsm, 'orders', { kty: 'EC' })
      return () => recoverDeletedKey(hsm, 'orders')
    },
    keyToRecoverNotFound('orders'),
  )
  itRefuses(
    'a purged key',
    (hsm) => {
      createKey(hsm, 'orders', { kty: 'EC' })
      deleteKey(hsm, 'orders')
      purgeDeletedKey(hsm, 'orders')
      return () => recoverDeletedKey(hsm, 'orders')
    },
    keyToRecoverNotFound('orders'),
  )
  itRefuses(
    'a key at the second of its scheduled purge',
    (hsm, clock) => {
      createKey(hsm, 'orders', { kty: 'EC' })
      clock.seconds = deleteKey(hsm, 'orders').scheduledPurgeDate
      return () => recoverDeletedKey(hsm, 'orders')
    },
    keyToRecoverNotFound('orders'),
  )
  itRefuses(
    'an invalid name',
    (hsm) => () => recoverDeletedKey(hsm, 'a b'),
    badParameter('The request URI contains an invalid name: a b'),
  )
})
