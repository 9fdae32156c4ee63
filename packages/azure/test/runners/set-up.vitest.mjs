/** What the set-up file for vitest does for the tests of a file. */

import { DefaultAzureCredential } from '@azure/identity'
import { KeyClient } from '@azure/keyvault-keys'
import { currentHsm, useHsm } from '@pocket-hsm/azure/vitest'
import { createHsm, createKey, listKeys } from 'pocket-hsm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'

const VAULT = 'https://contoso.vault.azure.net'
const client = new KeyClient(VAULT, new DefaultAzureCredential())

const names = () => listKeys(currentHsm()).value.map(({ kid }) => kid.split('/')[4])

beforeAll(() => {
  createKey(currentHsm(VAULT), 'prepared', { kty: 'EC' })
})

beforeEach(async ({ task }) => {
  await client.createEcKey(`before-${task.name[0]}`)
})

const seenAfter = []
afterEach(() => {
  seenAfter.push(names().length)
})

afterAll(() => {
  expect(seenAfter).toEqual([3, 3, 2, 3, 4])
})

test('a test has what its file and its hooks have prepared', async () => {
  expect(names()).toEqual(['before-a', 'prepared'])
  await client.createEcKey('made')
  expect(currentHsm()).toHaveCalled({ operation: 'createKey', key: 'made' })
})

test('b test has nothing of another test', () => {
  expect(names()).toEqual(['before-b', 'prepared'])
  createKey(currentHsm(), 'made-too', { kty: 'EC' })
  expect(currentHsm()).not.toHaveCalled({ operation: 'createKey', key: 'made' })
})

test('d test may stop the time, and may not replace the HSM', async () => {
  vi.useFakeTimers({ now: Date.UTC(2040, 0, 1) })
  const { createdOn } = (await client.getKey('before-d')).properties
  expect(Number(createdOn)).toBeLessThan(Date.UTC(2040, 0, 1))
  vi.useRealTimers()
  expect(() => useHsm(createHsm())).toThrow('not in a test')
})

describe('a group', () => {
  beforeAll(() => {
    createKey(currentHsm(), 'of the group'.replaceAll(' ', '-'), { kty: 'EC' })
  })

  test('e test has what its group has prepared', () => {
    expect(names()).toEqual(['before-e', 'of-the-group', 'prepared'])
  })
})

test.concurrent('a concurrent test has no fork', () => {
  createKey(currentHsm(VAULT), 'shared', { kty: 'EC' })
})
