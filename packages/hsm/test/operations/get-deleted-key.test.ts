import { describe, expect, it } from 'vitest'
import {
  createKey,
  deleteKey,
  getDeletedKey,
  purgeDeletedKey,
  recoverDeletedKey,
} from '../../src/index.ts'
import { badParameter, deletedKeyNotFound, itRefuses } from '../refusal.ts'
import { BASE_URL, DAY, PROFILES, testHsm } from '../test-hsm.ts'

describe('getDeletedKey', () => {
  it.each(PROFILES)('answers what deleting answered (%s)', (profile) => {
    const { hsm, clock } = testHsm({ profile })
    createKey(hsm, 'orders', { kty: 'EC', tags: { a: 'b' } })
    const deleted = deleteKey(hsm, 'orders')
    clock.seconds += 5 * DAY
    expect(getDeletedKey(hsm, 'orders')).toEqual(deleted)
  })

  it('takes a name in any case, an identifier and a recoveryId', () => {
    const { hsm } = testHsm()
    const { key } = createKey(hsm, 'orders', { kty: 'EC' })
    const deleted = deleteKey(hsm, 'orders')
    for (const reference of [
      'ORDERS',
      key.kid,
      deleted.recoveryId,
      `${BASE_URL}/deletedKeys/orders`,
    ]) {
      expect(getDeletedKey(hsm, reference)).toEqual(deleted)
    }
  })
})

describe('getDeletedKey refuses', () => {
  itRefuses(
    'a name that nobody has',
    (hsm) => () => getDeletedKey(hsm, 'nobody'),
    deletedKeyNotFound('nobody'),
  )
  itRefuses(
    'an active key',
    (hsm) => {
      createKey(hsm, 'orders', { kty: 'EC' })
      return () => getDeletedKey(hsm, 'orders')
    },
    deletedKeyNotFound('orders'),
  )
  itRefuses(
    'a recovered key',
    (hsm) => {
      createKey(hsm, 'orders', { kty: 'EC' })
      deleteKey(hsm, 'orders')
      recoverDeletedKey(hsm, 'orders')
      return () => getDeletedKey(hsm, 'orders')
    },
    deletedKeyNotFound('orders'),
  )
  itRefuses(
    'a purged key',
    (hsm) => {
      createKey(hsm, 'orders', { kty: 'EC' })
      deleteKey(hsm, 'orders')
      purgeDeletedKey(hsm, 'orders')
      return () => getDeletedKey(hsm, 'orders')
    },
    deletedKeyNotFound('orders'),
  )
  itRefuses(
    'a key whose retention has passed',
    (hsm, clock) => {
      createKey(hsm, 'orders', { kty: 'EC' })
      deleteKey(hsm, 'orders')
      clock.seconds += 90 * DAY
      return () => getDeletedKey(hsm, 'orders')
    },
    deletedKeyNotFound('orders'),
  )
  itRefuses(
    'an invalid name',
    (hsm) => () => getDeletedKey(hsm, ''),
    badParameter('The request URI contains an invalid name: '),
  )
})
