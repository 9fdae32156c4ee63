/** Views: one HSM under several addresses. */

import { describe, expect, it } from 'vitest'
import {
  countKeys,
  createHsm,
  createKey,
  deleteKey,
  forkHsm,
  getDeletedKey,
  getKey,
  HsmError,
  listKeys,
  purgeDeletedKey,
  readClock,
  viewHsm,
} from '../../src/index.ts'
import { BASE_URL, START, testHsm } from '../test-hsm.ts'

const OTHER = 'https://localhost:8443'

describe('a view of an HSM', () => {
  it('begins key identifiers with its own address', () => {
    const view = viewHsm(testHsm().hsm, { baseUrl: OTHER })
    expect(view.baseUrl).toBe(OTHER)
    expect(createKey(view, 'a', { kty: 'oct' }).key.kid).toMatch(`${OTHER}/keys/a/`)
  })

  it('holds the keys of the HSM, and what is done to it is done to the HSM', () => {
    const { hsm } = testHsm()
    const view = viewHsm(hsm, { baseUrl: OTHER })
    const { key } = createKey(hsm, 'a', { kty: 'oct' })
    expect(getKey(view, 'a').key.kid).toBe(key.kid.replace(BASE_URL, OTHER))
    createKey(view, 'b', { kty: 'oct' })
    expect(listKeys(hsm).value).toHaveLength(2)
  })

  it('takes the identifiers of its own address alone', () => {
    const { hsm } = testHsm()
    const { key } = createKey(hsm, 'a', { kty: 'oct' })
    expect(() => getKey(viewHsm(hsm, { baseUrl: OTHER }), key.kid)).toThrow(HsmError)
  })

  it('deletes as slowly as it is told, while the HSM deletes at once', () => {
    const { hsm, clock } = testHsm()
    createKey(hsm, 'a', { kty: 'oct' })
    createKey(hsm, 'b', { kty: 'oct' })
    deleteKey(viewHsm(hsm, { settlingSeconds: 5 }), 'a')
    deleteKey(hsm, 'b')
    expect(() => getDeletedKey(hsm, 'a')).toThrow('Key not found')
    expect(getDeletedKey(hsm, 'b').deletedDate).toBe(START)
    clock.seconds += 5
    expect(getDeletedKey(hsm, 'a').deletedDate).toBe(START)
  })

  it('is itself forked into an HSM of its own', () => {
    const { hsm } = testHsm()
    const fork = forkHsm(viewHsm(hsm, { baseUrl: OTHER }))
    createKey(fork, 'a', { kty: 'oct' })
    expect(listKeys(hsm).value).toEqual([])
    createKey(hsm, 'b', { kty: 'oct' })
    expect(listKeys(fork).value).toHaveLength(1)
  })

  it('refuses an address that is none', () => {
    expect(() => viewHsm(testHsm().hsm, { baseUrl: 'here' })).toThrow('The baseUrl must be')
  })
})

it('countKeys counts the keys, deleted ones too, and no versions', () => {
  const hsm = createHsm({ profile: 'vault-premium' })
  expect(countKeys(hsm)).toBe(0)
  for (const name of ['a', 'b', 'b']) createKey(hsm, name, { kty: 'EC' })
  deleteKey(hsm, 'a')
  expect(countKeys(hsm)).toBe(2)
  purgeDeletedKey(hsm, 'a')
  expect(countKeys(hsm)).toBe(1)
  expect(() => countKeys({} as never)).toThrow('HSM')
})

it('readClock reads the clock of the HSM', () => {
  const { hsm, clock } = testHsm()
  clock.seconds += 1
  expect(readClock(hsm)).toBe((START + 1) * 1000)
})
