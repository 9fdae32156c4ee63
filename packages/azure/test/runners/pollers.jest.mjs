/** Fake timers of jest, with its own settings: the SDK's pollers, years at once, a step back. */

import { KeyClient } from '@azure/keyvault-keys'
import { createClientOptions, createCredential } from '@pocket-hsm/azure'
import {
  createHsm,
  createKey,
  getKey,
  listKeyVersions,
  updateKey,
  updateRotationPolicy,
} from 'pocket-hsm'

const { jest } = import.meta
const { afterEach, beforeEach, expect, test } = globalThis

beforeEach(() => {
  jest.useFakeTimers()
})

afterEach(() => {
  jest.useRealTimers()
})

/** Lets fake time pass until something is done. */
async function passTime(result) {
  let done = false
  const settled = Promise.resolve(result).finally(() => {
    done = true
  })
  while (!done) await jest.advanceTimersByTimeAsync(500)
  return settled
}

test('pollers wait for a deletion and a recovery of twenty seconds', async () => {
  const begun = Date.now()
  const hsm = createHsm({ settlingSeconds: 20 })
  const client = new KeyClient(hsm.baseUrl, createCredential(), createClientOptions(hsm))
  await client.createKey('orders', 'EC')
  const deletion = await client.beginDeleteKey('orders')
  expect(deletion.isDone()).toBe(false)
  const deleted = await passTime(deletion.pollUntilDone())
  expect(deleted.properties.deletedOn?.getTime()).toBeGreaterThanOrEqual(begun - 1000)
  expect(Date.now() - begun).toBeGreaterThanOrEqual(20_000)
  const recovery = await client.beginRecoverDeletedKey('orders')
  expect((await passTime(recovery.pollUntilDone())).name).toBe('orders')
  expect(Date.now() - begun).toBeGreaterThanOrEqual(40_000)
})

test('an RSA key is made while time stands still', async () => {
  const hsm = createHsm()
  const client = new KeyClient(hsm.baseUrl, createCredential(), createClientOptions(hsm))
  const key = await client.createRsaKey('letters', { keySize: 2048 })
  expect(key.keyType).toBe('RSA-HSM')
})

test('a rotation policy acts after years at once, at the dates when it fell due', () => {
  jest.setSystemTime(Date.UTC(2030, 0, 1))
  const hsm = createHsm()
  createKey(hsm, 'orders', { kty: 'EC' })
  updateRotationPolicy(hsm, 'orders', {
    lifetimeActions: [{ trigger: { timeAfterCreate: 'P1Y' }, action: { type: 'Rotate' } }],
  })
  jest.setSystemTime(Date.UTC(2033, 5, 1))
  const years = listKeyVersions(hsm, 'orders').value.map(({ attributes }) =>
    new Date(attributes.created * 1000).getUTCFullYear(),
  )
  expect(years).toEqual([2030, 2031, 2032, 2033])
})

test('a step back in time undoes nothing', () => {
  jest.setSystemTime(Date.UTC(2030, 0, 1))
  const hsm = createHsm()
  const { key } = createKey(hsm, 'orders', { kty: 'EC' })
  jest.setSystemTime(Date.UTC(2020, 0, 1))
  const { attributes } = updateKey(hsm, 'orders', { tags: { team: 'shop' } })
  expect(attributes.updated).toBe(attributes.created)
  expect(getKey(hsm, 'orders').key).toEqual(key)
})
