/** The set-up file for node:test: interception, a fork for each test, assertions, fake timers. */

import assert from 'node:assert/strict'
import { before, beforeEach, afterEach, describe, it, mock, test } from 'node:test'
import { DefaultAzureCredential } from '@azure/identity'
import { KeyClient } from '@azure/keyvault-keys'
import { currentHsm, useHsm, assertCalled } from '@pocket-hsm/azure/node-test'
import { createHsm, createKey, getKey } from 'pocket-hsm'

const URL = 'https://contoso.vault.azure.net'

before(() => {
  console.log('before')
  createKey(currentHsm(URL), 'prepared', { kty: 'EC' })
})
beforeEach((t) => { console.log('user beforeEach', t.name, getKey(currentHsm(), 'prepared').key.kty) })
afterEach((t) => { console.log('user afterEach', t.name, tryKey('mine')) })
const tryKey = (n) => { try { return getKey(currentHsm(), n).key.kty } catch (e) { return e.code } }
test('a', async (t) => {
  createKey(currentHsm(), 'mine', { kty: 'EC' })
  await t.test('sub', () => { assert.equal(tryKey('mine'), 'EC'); createKey(currentHsm(), 'sub', { kty: 'EC' }) })
  assert.equal(tryKey('sub'), 'KeyNotFound')
})
test('b', async () => { assert.equal(tryKey('mine'), 'KeyNotFound'); createKey(currentHsm(), 'mine', { kty: 'EC' }); assertCalled(currentHsm(), {operation: 'createKey', key: 'mine'}) })
describe('suite', () => {
  before(() => { console.log('suite before', tryKey('mine')) })
  it('c', async () => { assert.equal(tryKey('mine'), 'KeyNotFound')
    mock.timers.enable({ now: Date.UTC(2030, 0, 1) })
    const r = await fetch(URL + '/keys?api-version=7.5', { headers: { authorization: 'Bearer x' } })
    console.log(await r.text())
    mock.timers.reset()
  })
})
