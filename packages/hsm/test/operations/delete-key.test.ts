import { describe, expect, it } from 'vitest'
import {
  createKey,
  deleteKey,
  getDeletedKey,
  getKey,
  type Hsm,
  listDeletedKeys,
  listKeys,
  listKeyVersions,
  rotateKey,
  sign,
  updateKey,
} from '../../src/index.ts'
import { badParameter, itRefuses, keyNotFound, refusalOf } from '../refusal.ts'
import { BASE_URL, DAY, PROFILES, START, testHsm } from '../test-hsm.ts'

describe('deleteKey', () => {
  it.each(PROFILES)(
    'answers the current version with the facts of its deletion (%s)',
    (profile) => {
      const { hsm, clock } = testHsm({ profile })
      createKey(hsm, 'Orders', { kty: 'EC', tags: { a: 'b' } })
      const current = rotateKey(hsm, 'Orders')
      clock.seconds += 100
      expect(deleteKey(hsm, 'orders')).toEqual({
        ...current,
        recoveryId: `${BASE_URL}/deletedkeys/Orders`,
        deletedDate: START + 100,
        scheduledPurgeDate: START + 100 + 90 * DAY,
      })
    },
  )

  it.each([7, 8, 89, 90])('schedules the purge after a retention of %i days', (days) => {
    const { hsm } = testHsm({ softDeleteRetentionDays: days })
    createKey(hsm, 'orders', { kty: 'EC' })
    const { attributes, deletedDate, scheduledPurgeDate } = deleteKey(hsm, 'orders')
    expect(scheduledPurgeDate - deletedDate).toBe(attributes.recoverableDays * DAY)
    expect(attributes.recoverableDays).toBe(days)
  })

  it('moves the key from one list to the other', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'orders', { kty: 'EC' })
    createKey(hsm, 'letters', { kty: 'EC' })
    deleteKey(hsm, 'orders')
    expect(listKeys(hsm).value.map(({ kid }) => kid)).toEqual([`${BASE_URL}/keys/letters`])
    expect(listDeletedKeys(hsm).value.map(({ kid }) => kid)).toEqual([`${BASE_URL}/keys/orders`])
    expect(listKeyVersions(hsm, 'orders').value).toEqual([])
  })

  it('takes the key out of use', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'orders', { kty: 'EC' })
    deleteKey(hsm, 'orders')
    const value = new Uint8Array(32)
    expect(refusalOf(() => getKey(hsm, 'orders')).code).toBe('KeyNotFound')
    expect(refusalOf(() => sign(hsm, 'orders', { alg: 'ES256', value })).code).toBe('KeyNotFound')
    expect(refusalOf(() => rotateKey(hsm, 'orders')).code).toBe('KeyNotFound')
  })

  it('leaves other keys alone', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'orders', { kty: 'EC' })
    const other = createKey(hsm, 'orders-2', { kty: 'EC' })
    deleteKey(hsm, 'orders')
    expect(getKey(hsm, 'orders-2')).toEqual(other)
  })

  it('deletes a disabled and an expired key', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'disabled', { kty: 'EC' })
    updateKey(hsm, 'disabled', { attributes: { enabled: false } })
    createKey(hsm, 'expired', { kty: 'EC', attributes: { exp: 1 } })
    expect(deleteKey(hsm, 'disabled').attributes.enabled).toBe(false)
    expect(deleteKey(hsm, 'expired').attributes.exp).toBe(1)
  })

  it('takes an identifier, whatever version stands in it', () => {
    const { hsm } = testHsm()
    const { key } = createKey(hsm, 'orders', { kty: 'EC' })
    const current = rotateKey(hsm, 'orders')
    expect(deleteKey(hsm, key.kid).key).toEqual(current.key)
    expect(getDeletedKey(hsm, 'orders').key).toEqual(current.key)
  })
})

describe('deleteKey refuses', () => {
  itRefuses(
    'a name that nobody has',
    (hsm) => () => deleteKey(hsm, 'nobody'),
    keyNotFound('nobody'),
  )
  itRefuses(
    'a key that is deleted already',
    (hsm: Hsm) => {
      createKey(hsm, 'orders', { kty: 'EC' })
      deleteKey(hsm, 'orders')
      return () => deleteKey(hsm, 'orders')
    },
    keyNotFound('orders'),
  )
  itRefuses(
    'an invalid name',
    (hsm) => () => deleteKey(hsm, 'a_b'),
    badParameter('The request URI contains an invalid name: a_b'),
  )
})
