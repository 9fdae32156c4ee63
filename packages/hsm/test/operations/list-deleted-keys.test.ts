import { describe, expect, it } from 'vitest'
import {
  createKey,
  deleteKey,
  getDeletedKey,
  type Hsm,
  listDeletedKeys,
  purgeDeletedKey,
  recoverDeletedKey,
} from '../../src/index.ts'
import { itReadsPages } from '../lists.ts'
import { everyItem } from '../snapshot.ts'
import { BASE_URL, DAY, PROFILES, START, testHsm } from '../test-hsm.ts'

const namesOf = (hsm: Hsm): readonly string[] =>
  everyItem((page) => listDeletedKeys(hsm, page)).map(({ kid }) =>
    kid.replace(`${BASE_URL}/keys/`, ''),
  )

/** Makes keys and deletes them, the last one first. */
function deleted(hsm: Hsm, names: readonly string[]): void {
  for (const name of names) createKey(hsm, name, { kty: 'EC' })
  for (const name of names.toReversed()) deleteKey(hsm, name)
}

describe('listDeletedKeys', () => {
  itReadsPages({
    name: 'listDeletedKeys',
    fill: (hsm, count) => {
      deleted(
        hsm,
        Array.from({ length: count }, (_, i) => `key-${i}`),
      )
    },
    read: listDeletedKeys,
  })

  it.each(PROFILES)('answers items with the facts of their deletion (%s)', (profile) => {
    const { hsm } = testHsm({ profile })
    createKey(hsm, 'Orders', { kty: 'EC', tags: { a: 'b' } })
    const { attributes, tags } = deleteKey(hsm, 'orders')
    expect(listDeletedKeys(hsm).value).toEqual([
      {
        kid: `${BASE_URL}/keys/Orders`,
        recoveryId: `${BASE_URL}/deletedkeys/Orders`,
        deletedDate: START,
        scheduledPurgeDate: START + 90 * DAY,
        attributes,
        tags,
      },
    ])
  })

  it('has no active keys', () => {
    const { hsm } = testHsm()
    createKey(hsm, 'active', { kty: 'EC' })
    expect(listDeletedKeys(hsm).value).toEqual([])
  })

  it('loses keys that are recovered or purged', () => {
    const { hsm } = testHsm()
    deleted(hsm, ['a', 'b', 'c'])
    recoverDeletedKey(hsm, 'a')
    purgeDeletedKey(hsm, 'b')
    expect(namesOf(hsm)).toEqual(['c'])
  })

  it('of a Managed HSM is in the order of creation', () => {
    const { hsm } = testHsm()
    deleted(hsm, ['b', 'C', 'a'])
    expect(namesOf(hsm)).toEqual(['b', 'C', 'a'])
  })

  it('of a vault is by upper-cased name', () => {
    const { hsm } = testHsm({ profile: 'vault-standard' })
    deleted(hsm, ['b', 'C', 'a', 'a1'])
    expect(namesOf(hsm)).toEqual(['a', 'a1', 'b', 'C'])
  })

  it('loses each key at its own second', () => {
    const { hsm, clock } = testHsm({ softDeleteRetentionDays: 7 })
    for (const name of ['a', 'b', 'c']) createKey(hsm, name, { kty: 'EC' })
    for (const name of ['b', 'a', 'c']) {
      deleteKey(hsm, name)
      clock.seconds += 10
    }
    const first = START + 7 * DAY
    const seen = [-1, 0, 9, 10, 19, 20].map((seconds) => {
      clock.seconds = first + seconds
      return namesOf(hsm)
    })
    expect(seen).toEqual([['a', 'b', 'c'], ['a', 'c'], ['a', 'c'], ['c'], ['c'], []])
  })

  it('does not bring back what is gone when the clock goes back', () => {
    const { hsm, clock } = testHsm({ softDeleteRetentionDays: 7 })
    deleted(hsm, ['a'])
    clock.seconds += 7 * DAY
    expect(namesOf(hsm)).toEqual([])
    clock.seconds -= 7 * DAY
    expect(namesOf(hsm)).toEqual([])
  })

  it('leaves the deleted keys as they are', () => {
    const { hsm } = testHsm()
    deleted(hsm, ['a'])
    const before = getDeletedKey(hsm, 'a')
    Object.assign(listDeletedKeys(hsm).value[0] ?? {}, { deletedDate: 7 })
    expect(getDeletedKey(hsm, 'a')).toEqual(before)
  })
})
