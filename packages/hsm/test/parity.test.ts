/** What docs/parity.md says of the edges of the service, where it belongs to no one operation. */

import { describe, expect, it } from 'vitest'
import {
  backupKey,
  createKey,
  listDeletedKeys,
  listKeys,
  listKeyVersions,
  rotateKey,
  updateRotationPolicy,
} from '../src/index.ts'
import { badParameter, itRefuses, refusalOf } from './refusal.ts'
import { testHsm } from './test-hsm.ts'

describe('a strict HSM', () => {
  for (const [name, list] of [
    ['listKeys', listKeys],
    ['listDeletedKeys', listDeletedKeys],
    ['listKeyVersions', (hsm, page) => listKeyVersions(hsm, 'orders', page)],
  ] satisfies [string, typeof listKeys | typeof listDeletedKeys][]) {
    itRefuses(
      `pages of 26 to ${name}`,
      (hsm) => () => list(hsm, { maxResults: 26 }),
      badParameter('maxresults must be a whole number from 1 to 25, not 26.'),
      { strict: true },
    )

    it(`gives pages of 25 to ${name}`, () => {
      const { hsm } = testHsm({ strict: true })
      expect(list(hsm, { maxResults: 25 }).value).toEqual([])
    })
  }

  itRefuses(
    'to rotate without a policy',
    (hsm) => {
      createKey(hsm, 'orders', { kty: 'EC' })
      return () => rotateKey(hsm, 'Orders')
    },
    badParameter('Key Orders has no rotation policy.'),
    { profiles: ['managed-hsm'], strict: true },
  )

  it('rotates with a policy, and in a vault without one', () => {
    const { hsm } = testHsm({ strict: true })
    createKey(hsm, 'orders', { kty: 'EC' })
    updateRotationPolicy(hsm, 'orders', {})
    rotateKey(hsm, 'orders')
    const { hsm: vault } = testHsm({ strict: true, profile: 'vault-standard' })
    createKey(vault, 'orders', { kty: 'EC' })
    rotateKey(vault, 'orders')
    for (const each of [hsm, vault]) expect(listKeyVersions(each, 'orders').value).toHaveLength(2)
  })
})

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
