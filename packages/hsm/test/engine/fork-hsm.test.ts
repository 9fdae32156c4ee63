import { describe, expect, it } from 'vitest'
import {
  backupKey,
  createHsm,
  createKey,
  deleteKey,
  encrypt,
  forkHsm,
  getDeletedKey,
  getKey,
  getRandomBytes,
  type Hsm,
  importKey,
  listKeys,
  purgeDeletedKey,
  recoverDeletedKey,
  restoreKey,
  rotateKey,
  sign,
  updateKey,
} from '../../src/index.ts'
import { ecJwk, octJwk } from '../known-keys.ts'
import { errorOf, refusalOf } from '../refusal.ts'
import { snapshot } from '../snapshot.ts'
import { DAY, PROFILES, testHsm } from '../test-hsm.ts'

/** An HSM with a key in every state. */
function furnished(hsm: Hsm): Hsm {
  createKey(hsm, 'active', { kty: 'EC', tags: { a: 'b' } })
  rotateKey(hsm, 'active')
  createKey(hsm, 'disabled', { kty: 'EC', attributes: { enabled: false } })
  createKey(hsm, 'deleted', { kty: 'EC' })
  deleteKey(hsm, 'deleted')
  createKey(hsm, 'purged', { kty: 'EC' })
  deleteKey(hsm, 'purged')
  purgeDeletedKey(hsm, 'purged')
  return hsm
}

/** A call of every kind that changes something. */
const CHANGES: Readonly<Record<string, (hsm: Hsm) => unknown>> = {
  createKey: (hsm) => createKey(hsm, 'new', { kty: 'EC' }),
  'createKey of a version': (hsm) => createKey(hsm, 'active', { kty: 'EC' }),
  importKey: (hsm) => importKey(hsm, 'active', ecJwk()),
  updateKey: (hsm) => updateKey(hsm, 'active', { tags: {} }),
  rotateKey: (hsm) => rotateKey(hsm, 'active'),
  deleteKey: (hsm) => deleteKey(hsm, 'active'),
  recoverDeletedKey: (hsm) => recoverDeletedKey(hsm, 'deleted'),
  purgeDeletedKey: (hsm) => purgeDeletedKey(hsm, 'deleted'),
  restoreKey: (hsm) => {
    const backup = backupKey(hsm, 'active')
    deleteKey(hsm, 'active')
    purgeDeletedKey(hsm, 'active')
    return restoreKey(hsm, backup)
  },
  backupKey: (hsm) => backupKey(hsm, 'active'),
  sign: (hsm) => sign(hsm, 'active', { alg: 'ES256', value: new Uint8Array(32) }),
}

describe('forkHsm', () => {
  it.each(PROFILES)('makes an HSM that shows the same (%s)', (profile) => {
    const hsm = furnished(testHsm({ profile }).hsm)
    const fork = forkHsm(hsm)
    expect(fork).toEqual(hsm)
    expect(fork).not.toBe(hsm)
    expect(snapshot(fork)).toEqual(snapshot(hsm))
  })

  it.each(Object.entries(CHANGES))(
    'keeps a change of the fork from the original: %s',
    (_, change) => {
      const hsm = furnished(testHsm().hsm)
      const before = snapshot(hsm)
      const fork = forkHsm(hsm)
      change(fork)
      expect(snapshot(fork)).not.toEqual(before)
      expect(snapshot(hsm)).toEqual(before)
    },
  )

  it.each(Object.entries(CHANGES))(
    'keeps a change of the original from the fork: %s',
    (_, change) => {
      const hsm = furnished(testHsm().hsm)
      const before = snapshot(hsm)
      const fork = forkHsm(hsm)
      change(hsm)
      expect(snapshot(hsm)).not.toEqual(before)
      expect(snapshot(fork)).toEqual(before)
    },
  )

  it.each(Object.entries(CHANGES))(
    'goes on under a seed as the original would: %s',
    (_, change) => {
      const hsm = furnished(testHsm().hsm)
      const fork = forkHsm(hsm)
      expect(change(fork)).toEqual(change(hsm))
      expect(snapshot(fork)).toEqual(snapshot(hsm))
    },
  )

  it('goes on without a seed on its own', () => {
    const hsm = createHsm()
    const fork = forkHsm(hsm)
    expect(createKey(fork, 'k', { kty: 'EC' }).key.x).not.toBe(
      createKey(hsm, 'k', { kty: 'EC' }).key.x,
    )
    expect(getRandomBytes(fork, 16)).not.toEqual(getRandomBytes(hsm, 16))
  })

  it('can be forked again, and each lives on its own', () => {
    const forks = [testHsm().hsm]
    for (let i = 0; i < 20; i++) {
      const fork = forkHsm(forks.at(-1) as Hsm)
      createKey(fork, `key-${i}`, { kty: 'oct' })
      forks.push(fork)
    }
    expect(forks.map((fork) => listKeys(fork).value.length)).toEqual([...Array(21).keys()])
  })

  it('shares the clock', () => {
    const { hsm, clock } = testHsm({ softDeleteRetentionDays: 7 })
    createKey(hsm, 'orders', { kty: 'EC' })
    deleteKey(hsm, 'orders')
    const fork = forkHsm(hsm)
    clock.seconds += 7 * DAY
    for (const one of [hsm, fork]) {
      expect(refusalOf(() => getDeletedKey(one, 'orders')).status).toBe(404)
    }
  })

  it('keeps settings: limits, retention, protection, strictness, security domain', () => {
    const options = { limits: { keys: 1 }, purgeProtection: true, strict: true } as const
    const { hsm } = testHsm({ ...options, softDeleteRetentionDays: 7 })
    importKey(hsm, 'k', octJwk())
    const backup = backupKey(hsm, 'k')
    const fork = forkHsm(hsm)
    expect(getKey(fork, 'k').attributes.recoveryLevel).toBe('CustomizedRecoverable')
    expect(refusalOf(() => createKey(fork, 'l', { kty: 'EC' })).message).toContain('limit of 1')
    const question = { alg: 'A256GCM', value: new Uint8Array(1), iv: new Uint8Array(12) }
    expect(refusalOf(() => encrypt(fork, 'k', question)).message).toContain('iv must be absent')
    deleteKey(fork, 'k')
    expect(refusalOf(() => restoreKey(fork, backup)).code).toBe('Conflict')
    expect(refusalOf(() => purgeDeletedKey(fork, 'k')).status).toBe(403)
  })

  it.each([undefined, null, {}, 'hsm', { baseUrl: 'https://pocket.test', profile: 'managed-hsm' }])(
    'refuses what is no HSM: %j',
    (stranger) => {
      expect(errorOf(() => forkHsm(stranger as never))).toMatchObject({
        status: 400,
        code: 'BadParameter',
        message: 'The first argument must be an HSM from createHsm.',
      })
    },
  )
})
