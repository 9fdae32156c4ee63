// The service under jest, in ECMAScript modules. Its set-up file is the one line in jest.esm.config.json.

import { currentHsm } from '@pocket-hsm/azure/jest'
import { createKey, deleteKey, listKeys, listKeyVersions, updateKey } from 'pocket-hsm'
import { isGenuine, signReceipt } from '../src/receipts.mjs'

const { jest } = import.meta
const VAULT = 'https://contoso.vault.azure.net'

beforeAll(() => {
  createKey(currentHsm(VAULT), 'receipts', { kty: 'EC', crv: 'P-256' })
})

afterEach(() => {
  jest.useRealTimers()
})

test('a receipt is genuine until a letter of it changes', async () => {
  const receipt = await signReceipt('one coffee')
  expect(await isGenuine(receipt)).toBe(true)
  expect(await isGenuine({ ...receipt, text: 'two coffees' })).toBe(false)
})

test('the key signs and verifies, and does nothing else', async () => {
  await isGenuine(await signReceipt('one coffee'))
  expect(currentHsm()).toHaveUsedOnlyFor('receipts', ['sign', 'verify'])
  expect(currentHsm()).toHaveCalled({ operation: 'sign', key: 'receipts' }, 1)
})

test('a test may delete what its file has prepared', () => {
  deleteKey(currentHsm(), 'receipts')
  expect(listKeys(currentHsm()).value).toEqual([])
})

test('the next test has it again', () => {
  expect(listKeyVersions(currentHsm(), 'receipts').value).toHaveLength(1)
})

test('a key that has expired signs nothing, in a test where time stands still', async () => {
  jest.useFakeTimers({ now: Date.UTC(2030, 0, 1) })
  updateKey(currentHsm(), 'receipts', { attributes: { exp: Date.UTC(2031, 0, 1) / 1000 } })
  expect(await isGenuine(await signReceipt('one coffee'))).toBe(true)
  jest.setSystemTime(Date.UTC(2031, 0, 2))
  await expect(signReceipt('one coffee')).rejects.toThrow('expired')
})
