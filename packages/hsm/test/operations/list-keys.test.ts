import { describe, expect, it } from 'vitest'
import {
  createKey,
  deleteKey,
  getKey,
  type Hsm,
  listKeys,
  purgeDeletedKey,
  recoverDeletedKey,
  rotateKey,
} from '../../src/index.ts'
import { itReadsPages } from '../lists.ts'
import { everyItem } from '../snapshot.ts'
import { BASE_URL, DAY, PROFILES, testHsm } from '../test-hsm.ts'

const namesOf = (hsm: Hsm): readonly string[] =>
  everyItem((page) => listKeys(hsm, page)).map(({ kid }) => kid.replace(`${BASE_URL}/keys/`, ''))

describe('listKeys', () => {
  itReadsPages({
    name: 'listKeys',
    fill: (hsm, count) => {
      for (let i = 0; i < count; i++) createKey(hsm, `key-${i}`, { kty: 'EC' })
    },
    read: listKeys,
  })

  it.each(PROFILES)('answers an item without version and without public part (%s)', (profile) => {
    const { hsm } = testHsm({ profile })
    createKey(hsm, 'Orders', { kty: 'EC', tags: { old: 'yes' } })
    const current = createKey(hsm, 'orders', { kty: 'EC', tags: { new: 'yes' } })
    expect(listKeys(hsm).value).toEqual([
      { kid: `${BASE_URL}/keys/Orders`, attributes: current.attributes, tags: current.tags },
    ])
  })

  it('leaves tags out where there are none', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'orders', { kty: 'EC' })
    expect(listKeys(hsm).value[0]).not.toHaveProperty('tags')
  })

  it('lists disabled and expired keys', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'disabled', { kty: 'EC', attributes: { enabled: false } })
    createKey(hsm, 'expired', { kty: 'EC', attributes: { exp: 1 } })
    expect(namesOf(hsm)).toEqual(['disabled', 'expired'])
  })

  it('lists a key of many versions once', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'orders', { kty: 'EC' })
    rotateKey(hsm, 'orders')
    expect(namesOf(hsm)).toEqual(['orders'])
  })

  it('of a Managed HSM is in the order of creation', () => {
    const { hsm } = testHsm()
    for (const name of ['b', 'C', 'a', 'c1', 'B2']) createKey(hsm, name, { kty: 'oct' })
    rotateKey(hsm, 'b')
    expect(namesOf(hsm)).toEqual(['b', 'C', 'a', 'c1', 'B2'])
  })

  it.each(['vault-premium', 'vault-standard'] as const)(
    'of a %s is by upper-cased name',
    (profile) => {
      const { hsm } = testHsm({ profile })
      for (const name of ['b', 'C', 'a', 'a-1', 'A1', 'B']) createKey(hsm, name, { kty: 'EC' })
      expect(namesOf(hsm)).toEqual(['a', 'a-1', 'A1', 'b', 'C'])
    },
  )

  it('of a Managed HSM keeps more keys than digits in the order of creation', () => {
    const { hsm } = testHsm()
    const names = Array.from({ length: 120 }, (_, i) => `key-${119 - i}`)
    for (const name of names) createKey(hsm, name, { kty: 'oct' })
    expect(namesOf(hsm)).toEqual(names)
  })

  it('gives a recovered key its old place, and a new key of a purged name the last', () => {
    const { hsm } = testHsm()
    for (const name of ['a', 'b', 'c']) createKey(hsm, name, { kty: 'oct' })
    deleteKey(hsm, 'a')
    expect(namesOf(hsm)).toEqual(['b', 'c'])
    recoverDeletedKey(hsm, 'a')
    expect(namesOf(hsm)).toEqual(['a', 'b', 'c'])
    deleteKey(hsm, 'a')
    purgeDeletedKey(hsm, 'a')
    createKey(hsm, 'a', { kty: 'oct' })
    expect(namesOf(hsm)).toEqual(['b', 'c', 'a'])
  })

  it.each(PROFILES)('goes on where the key of the marker was deleted (%s)', (profile) => {
    const { hsm } = testHsm({ profile })
    for (const name of ['a', 'b', 'c', 'd']) createKey(hsm, name, { kty: 'EC' })
    const { nextMarker } = listKeys(hsm, { maxResults: 2 })
    deleteKey(hsm, 'b')
    deleteKey(hsm, 'c')
    const { value } = listKeys(hsm, { maxResults: 2, marker: nextMarker })
    expect(value.map(({ kid }) => kid)).toEqual([`${BASE_URL}/keys/d`])
  })

  it('shows what fell due meanwhile as it is now', () => {
    const { hsm, clock } = testHsm({ softDeleteRetentionDays: 7, limits: { keys: 2 } })
    createKey(hsm, 'a', { kty: 'oct' })
    createKey(hsm, 'b', { kty: 'oct' })
    deleteKey(hsm, 'a')
    clock.seconds += 7 * DAY
    expect(namesOf(hsm)).toEqual(['b'])
    expect(createKey(hsm, 'c', { kty: 'oct' }).key.kid).toContain('/keys/c/')
  })

  it('answers items that nobody else sees changed', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'orders', { kty: 'EC', tags: { a: 'b' } })
    const [item] = listKeys(hsm).value
    Object.assign(item?.attributes ?? {}, { enabled: false })
    Object.assign(item?.tags ?? {}, { c: 'd' })
    expect(getKey(hsm, 'orders')).toMatchObject({ attributes: { enabled: true }, tags: { a: 'b' } })
    expect(listKeys(hsm).value[0]?.tags).toEqual({ a: 'b' })
  })
})
