import { describe, expect, it } from 'vitest'
import {
  backupKey,
  createKey,
  deleteKey,
  getDeletedKey,
  getKey,
  listDeletedKeys,
  purgeDeletedKey,
  restoreKey,
} from '../../src/index.ts'
import {
  badParameter,
  deletedKeyNotFound,
  forbidden,
  itRefuses,
  keyNotFound,
  refusalOf,
  worded,
} from '../refusal.ts'
import { DAY, PROFILES, testHsm } from '../test-hsm.ts'

describe('purgeDeletedKey', () => {
  it.each(PROFILES)('leaves nothing of the key, and its name free (%s)', (profile) => {
    const { hsm } = testHsm({ profile })
    createKey(hsm, 'orders', { kty: 'EC' })
    deleteKey(hsm, 'orders')
    expect(purgeDeletedKey(hsm, 'orders')).toBeUndefined()
    expect(listDeletedKeys(hsm).value).toEqual([])
    expect(refusalOf(() => getDeletedKey(hsm, 'orders'))).toEqual(
      worded(deletedKeyNotFound('orders'), profile),
    )
    expect(refusalOf(() => getKey(hsm, 'orders'))).toEqual(worded(keyNotFound('orders'), profile))
    expect(createKey(hsm, 'orders', { kty: 'EC' }).key.kid).toContain('/keys/orders/')
  })

  it('makes way for a key with a version and material of its own', () => {
    const { hsm } = testHsm()
    const before = createKey(hsm, 'orders', { kty: 'EC' })
    deleteKey(hsm, 'orders')
    purgeDeletedKey(hsm, 'orders')
    const after = createKey(hsm, 'ORDERS', { kty: 'EC' })
    expect(after.key.kid).toContain('/keys/ORDERS/')
    expect(after.key.kid.split('/').at(-1)).not.toBe(before.key.kid.split('/').at(-1))
    expect(after.key.x).not.toBe(before.key.x)
  })

  it('takes a recoveryId', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'orders', { kty: 'EC' })
    purgeDeletedKey(hsm, deleteKey(hsm, 'orders').recoveryId)
    expect(listDeletedKeys(hsm).value).toEqual([])
  })

  it('leaves backups as they are', () => {
    const { hsm } = testHsm()
    const before = createKey(hsm, 'orders', { kty: 'EC' })
    const backup = backupKey(hsm, 'orders')
    deleteKey(hsm, 'orders')
    purgeDeletedKey(hsm, 'orders')
    expect(restoreKey(hsm, backup)).toEqual(before)
  })

  it('makes room below the limit of keys', () => {
    const { hsm } = testHsm({ limits: { keys: 1 } })
    createKey(hsm, 'a', { kty: 'EC' })
    deleteKey(hsm, 'a')
    purgeDeletedKey(hsm, 'a')
    expect(createKey(hsm, 'b', { kty: 'EC' }).key.kid).toContain('/keys/b/')
  })

  it('leaves other deleted keys alone', () => {
    const { hsm } = testHsm()
    for (const name of ['a', 'b']) createKey(hsm, name, { kty: 'EC' })
    const deleted = deleteKey(hsm, 'b')
    deleteKey(hsm, 'a')
    purgeDeletedKey(hsm, 'a')
    expect(getDeletedKey(hsm, 'b')).toEqual(deleted)
  })
})

describe('purgeDeletedKey refuses', () => {
  itRefuses(
    'a name that nobody has',
    (hsm) => () => purgeDeletedKey(hsm, 'nobody'),
    deletedKeyNotFound('nobody'),
  )
  itRefuses(
    'an active key',
    (hsm) => {
      createKey(hsm, 'orders', { kty: 'EC' })
      return () => purgeDeletedKey(hsm, 'orders')
    },
    deletedKeyNotFound('orders'),
  )
  itRefuses(
    'a key that is purged already',
    (hsm) => {
      createKey(hsm, 'orders', { kty: 'EC' })
      deleteKey(hsm, 'orders')
      purgeDeletedKey(hsm, 'orders')
      return () => purgeDeletedKey(hsm, 'orders')
    },
    deletedKeyNotFound('orders'),
  )
  itRefuses(
    'a key under purge protection',
    (hsm) => {
      createKey(hsm, 'orders', { kty: 'EC' })
      deleteKey(hsm, 'orders')
      return () => purgeDeletedKey(hsm, 'orders')
    },
    forbidden(
      'Operation "purge" is not allowed because purge protection is enabled for this vault. Key Vault service will automatically purge it after the retention period has passed.\r\nVault: pocket;location=local',
    ),
    { purgeProtection: true },
  )
  itRefuses(
    'an active key under purge protection, as one that is not deleted',
    (hsm) => {
      createKey(hsm, 'orders', { kty: 'EC' })
      return () => purgeDeletedKey(hsm, 'orders')
    },
    deletedKeyNotFound('orders'),
    { purgeProtection: true },
  )
  itRefuses(
    'under purge protection a key that time has purged, as one that is not there',
    (hsm, clock) => {
      createKey(hsm, 'orders', { kty: 'EC' })
      deleteKey(hsm, 'orders')
      clock.seconds += 90 * DAY
      return () => purgeDeletedKey(hsm, 'orders')
    },
    deletedKeyNotFound('orders'),
    { purgeProtection: true },
  )
  itRefuses(
    'an invalid name',
    (hsm) => () => purgeDeletedKey(hsm, 'a/b/c'),
    badParameter('The request URI contains an invalid name: a/b/c'),
  )
})
