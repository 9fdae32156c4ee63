import { describe, expect, it } from 'vitest'
import {
  createKey,
  deleteKey,
  getKey,
  type Hsm,
  importKey,
  listKeyVersions,
  recoverDeletedKey,
  rotateKey,
  updateKey,
} from '../../src/index.ts'
import { ecJwk } from '../known-keys.ts'
import { itReadsPages } from '../lists.ts'
import { badParameter, itRefuses } from '../refusal.ts'
import { everyItem } from '../snapshot.ts'
import { BASE_URL, DAY, PROFILES, testHsm } from '../test-hsm.ts'

const kidsOf = (hsm: Hsm, name: string): readonly string[] =>
  everyItem((page) => listKeyVersions(hsm, name, page)).map(({ kid }) => kid)

describe('listKeyVersions', () => {
  itReadsPages({
    name: 'listKeyVersions',
    fill: (hsm, count) => {
      for (let i = 0; i < count; i++) createKey(hsm, 'orders', { kty: 'EC' })
    },
    read: (hsm, page) => listKeyVersions(hsm, 'orders', page),
  })

  it.each(PROFILES)('answers items with version, attributes and tags alone (%s)', (profile) => {
    const { hsm } = testHsm({ profile })
    const { key, attributes, tags } = createKey(hsm, 'orders', { kty: 'EC', tags: { a: 'b' } })
    expect(listKeyVersions(hsm, 'orders').value).toEqual([{ kid: key.kid, attributes, tags }])
  })

  it('answers versions that were made in every way, each as it is', () => {
    const { hsm, clock } = testHsm()
    createKey(hsm, 'orders', { kty: 'EC' })
    clock.seconds += 1
    importKey(hsm, 'orders', ecJwk('P-384'), { tags: { a: 'b' } })
    clock.seconds += 1
    rotateKey(hsm, 'orders')
    updateKey(hsm, 'orders', { attributes: { enabled: false } })
    const items = listKeyVersions(hsm, 'orders').value
    expect(items).toHaveLength(3)
    for (const { kid, ...rest } of items) expect(getKey(hsm, kid)).toMatchObject(rest)
  })

  it('of a Managed HSM is in the order of creation', () => {
    const { hsm } = testHsm()
    const made = Array.from({ length: 12 }, () => createKey(hsm, 'k', { kty: 'oct' }).key.kid)
    expect(kidsOf(hsm, 'k')).toEqual(made)
  })

  it('of a vault is by version, whichever is the current one', () => {
    const { hsm } = testHsm({ profile: 'vault-standard' })
    const made = Array.from({ length: 12 }, () => createKey(hsm, 'k', { kty: 'EC' }).key.kid)
    expect(kidsOf(hsm, 'k')).toEqual(made.toSorted())
    expect(made).not.toEqual(made.toSorted())
    expect(getKey(hsm, 'k').key.kid).toBe(made.at(-1))
  })

  it('takes an identifier, whatever version stands in it', () => {
    const { hsm } = testHsm()
    const { key } = createKey(hsm, 'orders', { kty: 'EC' })
    rotateKey(hsm, 'orders')
    expect(kidsOf(hsm, key.kid)).toEqual(kidsOf(hsm, 'ORDERS'))
    expect(kidsOf(hsm, `${BASE_URL}/keys/orders`)).toHaveLength(2)
  })

  it.each(PROFILES)('is empty for a name that nobody has (%s)', (profile) => {
    const { hsm } = testHsm({ profile })
    expect(listKeyVersions(hsm, 'nobody')).toEqual({ value: [] })
  })

  it.each(PROFILES)('is empty for a deleted key, until it is recovered (%s)', (profile) => {
    const { hsm } = testHsm({ profile })
    const { key } = createKey(hsm, 'orders', { kty: 'EC' })
    deleteKey(hsm, 'orders')
    expect(listKeyVersions(hsm, 'orders')).toEqual({ value: [] })
    recoverDeletedKey(hsm, 'orders')
    expect(kidsOf(hsm, 'orders')).toEqual([key.kid])
  })

  it('is empty once the retention of a deleted key has passed', () => {
    const { hsm, clock } = testHsm()
    createKey(hsm, 'orders', { kty: 'EC' })
    deleteKey(hsm, 'orders')
    clock.seconds += 90 * DAY
    expect(listKeyVersions(hsm, 'orders')).toEqual({ value: [] })
  })

  itRefuses(
    'an invalid name',
    (hsm) => () => listKeyVersions(hsm, 'a_b'),
    badParameter('The request URI contains an invalid name: a_b'),
  )
})
