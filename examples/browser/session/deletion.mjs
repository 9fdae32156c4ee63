import { assert } from 'chai'
import {
  createHsm,
  createKey,
  deleteKey,
  getDeletedKey,
  listDeletedKeys,
  recoverDeletedKey,
  sign,
} from 'pocket-hsm'
import { refused } from './refused.mjs'
import { digest, invoice } from './sample.mjs'
import { verifies } from './web-crypto-side.mjs'

const SECOND = 1000
const DAY = 86_400 * SECOND

export async function deletion(step) {
  // The HSM has no other time than this variable.
  let now = Date.UTC(2026, 2, 2, 9)
  const hsm = createHsm({ clock: () => now })
  const bundle = createKey(hsm, 'orders', { kty: 'EC-HSM' })
  const signOrders = () => sign(hsm, 'orders', { alg: 'ES256', value: digest })

  await step({
    title: 'deletes a key',
    run: () => deleteKey(hsm, 'orders'),
    verifier: 'chai',
    check({ scheduledPurgeDate }) {
      assert.equal(scheduledPurgeDate * SECOND, now + 90 * DAY)
      assert.equal(listDeletedKeys(hsm).value.length, 1)
    },
  })
  await step({
    title: 'refuses to sign with it',
    run: () => refused(signOrders),
    verifier: 'chai',
    check: (refusal) => assert.equal(refusal, '404 KeyNotFound'),
  })
  await step({
    title: 'recovers it, and it signs as before',
    run() {
      recoverDeletedKey(hsm, 'orders')
      return signOrders()
    },
    verifier: 'Web Crypto',
    check: async ({ value }) => assert.isTrue(await verifies.ES256(bundle, invoice, value)),
  })
  deleteKey(hsm, 'orders')
  now += 90 * DAY
  await step({
    title: 'has purged it after 90 days',
    run: () => refused(() => getDeletedKey(hsm, 'orders')),
    verifier: 'chai',
    check(refusal) {
      assert.equal(refusal, '404 KeyNotFound')
      assert.isEmpty(listDeletedKeys(hsm).value)
    },
  })
}
