// The service under node:test. Its set-up file is named by --import, in package.json.

import assert from 'node:assert/strict'
import { afterEach, before, mock, test } from 'node:test'
import { assertCalled, assertUsedOnlyFor, currentHsm } from '@pocket-hsm/azure/node-test'
import { createKey, deleteKey, listKeys, listKeyVersions, updateKey } from 'pocket-hsm'
import { isGenuine, signReceipt } from '../src/receipts.mjs'

const VAULT = 'https://contoso.vault.azure.net'

before(() => {
  createKey(currentHsm(VAULT), 'receipts', { kty: 'EC', crv: 'P-256' })
})

afterEach(() => {
  mock.timers.reset()
})

test('a receipt is genuine until a letter of it changes', async () => {
  const receipt = await signReceipt('one coffee')
  assert.equal(await isGenuine(receipt), true)
  assert.equal(await isGenuine({ ...receipt, text: 'two coffees' }), false)
})

test('the key signs and verifies, and does nothing else', async () => {
  await isGenuine(await signReceipt('one coffee'))
  assertUsedOnlyFor(currentHsm(), 'receipts', ['sign', 'verify'])
  assertCalled(currentHsm(), { operation: 'sign', key: 'receipts' }, 1)
})

test('a test may delete what its file has prepared', () => {
  deleteKey(currentHsm(), 'receipts')
  assert.deepEqual(listKeys(currentHsm()).value, [])
})

test('the next test has it again', () => {
  assert.equal(listKeyVersions(currentHsm(), 'receipts').value.length, 1)
})

test('a key that has expired signs nothing, in a test where time stands still', async () => {
  mock.timers.enable({ now: Date.UTC(2030, 0, 1) })
  updateKey(currentHsm(), 'receipts', { attributes: { exp: Date.UTC(2031, 0, 1) / 1000 } })
  assert.equal(await isGenuine(await signReceipt('one coffee')), true)
  mock.timers.setTime(Date.UTC(2031, 0, 2))
  await assert.rejects(signReceipt('one coffee'), /expired/)
})
