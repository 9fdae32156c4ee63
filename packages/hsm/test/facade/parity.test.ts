/** What docs/parity.md says of the edges of the service, where it belongs to no one operation. */

import { describe, expect, it } from 'vitest'
import {
  backupKey,
  createKey,
  deleteKey,
  getDeletedKey,
  getKey,
  listDeletedKeys,
  purgeDeletedKey,
  updateRotationPolicy,
} from '../../src/index.ts'
import { badParameter, keyNotFound, refusalOf, worded } from '../refusal.ts'
import { testHsm } from '../test-hsm.ts'

describe('a backup', () => {
  it('of a vault takes a key of 500 versions, and none of 501', () => {
    const { hsm } = testHsm({ profile: 'vault-standard' })
    for (let i = 0; i < 500; i++) createKey(hsm, 'orders', { kty: 'EC' })
    expect(backupKey(hsm, 'orders').length).toBeGreaterThan(0)
    createKey(hsm, 'orders', { kty: 'EC' })
    expect(refusalOf(() => backupKey(hsm, 'orders'))).toEqual(
      badParameter('Key orders has more than 500 versions and cannot be backed up.'),
    )
  })

  it('of a Managed HSM without a limit takes a key of 501 versions', () => {
    const limits = { versions: Number.POSITIVE_INFINITY }
    const { hsm } = testHsm({ limits })
    for (let i = 0; i < 501; i++) createKey(hsm, 'orders', { kty: 'oct' })
    expect(backupKey(hsm, 'orders').length).toBeGreaterThan(0)
  })
})

describe('a key', () => {
  it('is not there while it is being deleted, and cannot be purged yet', () => {
    const { hsm, clock } = testHsm({ profile: 'vault-standard', settlingSeconds: 20 })
    createKey(hsm, 'orders', { kty: 'EC' })
    deleteKey(hsm, 'orders')
    clock.seconds += 19
    expect(refusalOf(() => getKey(hsm, 'orders'))).toEqual(
      worded(keyNotFound('orders'), 'vault-standard'),
    )
    expect(refusalOf(() => getDeletedKey(hsm, 'orders')).code).toBe('KeyNotFound')
    expect(refusalOf(() => purgeDeletedKey(hsm, 'orders'))).toEqual({
      status: 409,
      code: 'Conflict',
      innerCode: 'ObjectIsBeingDeleted',
      message: 'Key is currently being deleted.',
    })
    clock.seconds += 1
    purgeDeletedKey(hsm, 'orders')
    expect(listDeletedKeys(hsm).value).toEqual([])
  })
})

describe('a rotation policy', () => {
  const policy = (timeAfterCreate: string, expiryTime: string) => ({
    lifetimeActions: [{ trigger: { timeAfterCreate }, action: { type: 'Rotate' } }],
    attributes: { expiryTime },
  })
  const secondsOf = (date: string) => Date.parse(`${date}T00:00:00Z`) / 1000

  it.each([
    ['P12M', 'P353D', 'P354D'],
    ['P1Y', 'P358D', 'P359D'],
  ])('counts a month as 30 days and a year as 365 for its minimum: %s', (expiry, last, late) => {
    const { hsm } = testHsm({ profile: 'vault-standard' })
    createKey(hsm, 'orders', { kty: 'EC' })
    expect(refusalOf(() => updateRotationPolicy(hsm, 'orders', policy(late, expiry)))).toEqual(
      badParameter('A key must rotate at least 7 days before its expiry.'),
    )
    const { attributes } = updateRotationPolicy(hsm, 'orders', policy(last, expiry))
    expect(attributes.expiryTime).toBe(expiry)
  })

  it('follows the calendar with its dates: a day that a month lacks is its last', () => {
    const { hsm, clock } = testHsm()
    clock.seconds = secondsOf('2027-01-31')
    createKey(hsm, 'orders', { kty: 'EC' })
    updateRotationPolicy(hsm, 'orders', policy('P1M', 'P1Y'))
    clock.seconds = secondsOf('2027-03-01')
    const { created, exp } = getKey(hsm, 'orders').attributes
    expect([created, exp]).toEqual([secondsOf('2027-02-28'), secondsOf('2028-02-28')])
  })
})
