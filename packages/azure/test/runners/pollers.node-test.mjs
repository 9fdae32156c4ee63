/** Fake timers of node:test, with its own settings: the SDK's pollers, years at once, a step back. */

import assert from 'node:assert/strict'
import { afterEach, beforeEach, mock, test } from 'node:test'
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

const { setImmediate: setRealImmediate } = globalThis

beforeEach(() => {
  // Everything that can be faked is; unless told, its time begins in 1970, at a zero that the SDK takes for no date.
  mock.timers.enable({ now: Date.UTC(2030, 0, 1) })
})

afterEach(() => {
  mock.timers.reset()
})

/** Lets fake time pass until something is done, and what waits for no timer go on in between. */
async function passTime(result) {
  let done = false
  const settled = Promise.resolve(result).finally(() => {
    done = true
  })
  while (!done) {
    await new Promise((resolve) => setRealImmediate(resolve))
    mock.timers.tick(500)
  }
  return settled
}

test('pollers wait for a deletion and a recovery of twenty seconds', async () => {
  const begun = Date.now()
  const hsm = createHsm({ settlingSeconds: 20 })
  const client = new KeyClient(hsm.baseUrl, createCredential(), createClientOptions(hsm))
  await client.createKey('orders', 'EC')
  const deletion = await client.beginDeleteKey('orders')
  assert.equal(deletion.isDone(), false)
  const deleted = await passTime(deletion.pollUntilDone())
  assert.equal(deleted.properties.deletedOn?.getTime(), begun)
  assert.ok(Date.now() - begun >= 20_000)
  const recovery = await client.beginRecoverDeletedKey('orders')
  assert.equal((await passTime(recovery.pollUntilDone())).name, 'orders')
  assert.ok(Date.now() - begun >= 40_000)
})

test('an RSA key is made while time stands still', async () => {
  const hsm = createHsm()
  const client = new KeyClient(hsm.baseUrl, createCredential(), createClientOptions(hsm))
  const key = await client.createRsaKey('letters', { keySize: 2048 })
  assert.equal(key.keyType, 'RSA-HSM')
})

test('a rotation policy acts after years at once, at the dates when it fell due', () => {
  const hsm = createHsm()
  createKey(hsm, 'orders', { kty: 'EC' })
  updateRotationPolicy(hsm, 'orders', {
    lifetimeActions: [{ trigger: { timeAfterCreate: 'P1Y' }, action: { type: 'Rotate' } }],
  })
  mock.timers.setTime(Date.UTC(2033, 5, 1))
  const years = listKeyVersions(hsm, 'orders').value.map(({ attributes }) =>
    new Date(attributes.created * 1000).getUTCFullYear(),
  )
  assert.deepEqual(years, [2030, 2031, 2032, 2033])
})

test('a step back in time undoes nothing', () => {
  const hsm = createHsm()
  const { key } = createKey(hsm, 'orders', { kty: 'EC' })
  mock.timers.reset()
  mock.timers.enable({ now: Date.UTC(2020, 0, 1) })
  const { attributes } = updateKey(hsm, 'orders', { tags: { team: 'shop' } })
  assert.equal(attributes.updated, attributes.created)
  assert.deepEqual(getKey(hsm, 'orders').key, key)
})
