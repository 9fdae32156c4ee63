/** What the set-up file for node:test does for the tests of a file. */

import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, mock, test } from 'node:test'
import { DefaultAzureCredential } from '@azure/identity'
import { KeyClient } from '@azure/keyvault-keys'
import { assertCalled, assertNeverCalled, currentHsm, useHsm } from '@pocket-hsm/azure/node-test'
import { createHsm, createKey, listKeys } from 'pocket-hsm'

const VAULT = 'https://contoso.vault.azure.net'
const client = new KeyClient(VAULT, new DefaultAzureCredential())

const names = () => listKeys(currentHsm()).value.map(({ kid }) => kid.split('/')[4])

before(() => {
  createKey(currentHsm(VAULT), 'prepared', { kty: 'EC' })
})

beforeEach(async ({ name }) => {
  await client.createEcKey(`before-${name.split(' ')[0]}`)
})

const seenAfter = []
afterEach(() => {
  seenAfter.push(names().length)
})

after(() => {
  assert.deepEqual(seenAfter, [3, 4, 3, 2, 3])
})

test('a test has what its file and its hooks have prepared', async () => {
  assert.deepEqual(names(), ['before-a', 'prepared'])
  await client.createEcKey('made')
  assertCalled(currentHsm(), { operation: 'createKey', key: 'made' })
})

test('b test has nothing of another test, and a subtest has what its test has', async (t) => {
  assert.deepEqual(names(), ['before-b', 'prepared'])
  createKey(currentHsm(), 'outer', { kty: 'EC' })
  await t.test('c', () => {
    assert.deepEqual(names(), ['before-b', 'before-c', 'outer', 'prepared'])
  })
  assert.deepEqual(names(), ['before-b', 'outer', 'prepared'])
  assertNeverCalled(currentHsm(), { operation: 'createKey', key: 'made' })
})

test('d test may stop the time, and may not replace the HSM', async () => {
  mock.timers.enable({ now: Date.UTC(2040, 0, 1) })
  const { createdOn } = (await client.getKey('before-d')).properties
  assert.ok(Number(createdOn) < Date.UTC(2040, 0, 1))
  mock.timers.reset()
  assert.throws(() => useHsm(createHsm()), /not in a test/)
})

describe('a group', () => {
  before(() => {
    createKey(currentHsm(), 'of the group'.replaceAll(' ', '-'), { kty: 'EC' })
  })

  test('e test has what its group has prepared', () => {
    assert.deepEqual(names(), ['before-e', 'of-the-group', 'prepared'])
  })
})
