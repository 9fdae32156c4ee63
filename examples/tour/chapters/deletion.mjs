import { deepEqual, equal, ok } from 'node:assert/strict'
import {
  createHsm,
  createKey,
  deleteKey,
  getDeletedKey,
  listDeletedKeys,
  recoverDeletedKey,
  sign,
} from 'pocket-hsm'
import { nodeVerifiesEs256, publicKeyOf } from '../node-side.mjs'
import { isReason, reason, refused } from '../refused.mjs'
import { digest, invoice } from '../sample.mjs'

const alg = 'ES256'
const SECOND = 1000
const DAY = 86_400 * SECOND

export function deletion(step) {
  // The HSM has no other time than this variable.
  let now = Date.UTC(2026, 2, 2, 9)
  const hsm = createHsm({ clock: () => now })
  const publicKey = publicKeyOf(createKey(hsm, 'orders', { kty: 'EC-HSM' }))

  step({
    title: 'deletes a key',
    run: () => deleteKey(hsm, 'orders'),
    shows: ({ scheduledPurgeDate }) => `to be purged on ${day(scheduledPurgeDate)}`,
    verifier: 'node:assert',
    check({ deletedDate, scheduledPurgeDate }) {
      equal(deletedDate * SECOND, now)
      equal(day(scheduledPurgeDate), '2026-05-31')
    },
  })
  step({
    title: 'lists the deleted keys',
    run: () => listDeletedKeys(hsm).value,
    shows: (items) => items.map(({ recoveryId }) => recoveryId.split('/').at(-1)).join(),
    verifier: 'node:assert',
    check: (items) =>
      deepEqual(
        items.map(({ recoveryId }) => recoveryId),
        [`${hsm.baseUrl}/deletedkeys/orders`],
      ),
  })
  step({
    title: 'refuses to sign with it',
    run: () => refused(() => sign(hsm, 'orders', { alg, value: digest })),
    shows: reason,
    verifier: 'node:assert',
    check: isReason('404 KeyNotFound'),
  })
  step({
    title: 'refuses its name',
    run: () => refused(() => createKey(hsm, 'orders', { kty: 'EC-HSM' })),
    shows: ({ status, innerCode }) => `${status} ${innerCode}`,
    verifier: 'node:assert',
    check: isReason('409 Conflict ObjectIsDeletedButRecoverable'),
  })

  step({
    title: 'recovers it, and it signs as before',
    run() {
      recoverDeletedKey(hsm, 'orders')
      return sign(hsm, 'orders', { alg, value: digest })
    },
    verifier: 'node:crypto',
    check: ({ value }) => ok(nodeVerifiesEs256(publicKey, invoice, value)),
  })

  const { scheduledPurgeDate } = step({
    title: 'deletes it again',
    run: () => deleteKey(hsm, 'orders'),
    verifier: 'node:assert',
    check: (bundle) => ok(publicKeyOf(bundle).equals(publicKey)),
  })
  now += 90 * DAY - SECOND
  step({
    title: 'still has it a second before 90 days',
    run: () => getDeletedKey(hsm, 'orders'),
    verifier: 'node:assert',
    check: (bundle) => equal(bundle.scheduledPurgeDate, scheduledPurgeDate),
  })
  now += SECOND
  step({
    title: 'has purged it after 90 days',
    run: () => refused(() => getDeletedKey(hsm, 'orders')),
    shows: reason,
    verifier: 'node:assert',
    check(error) {
      isReason('404 KeyNotFound')(error)
      isReason('404 KeyNotFound')(refused(() => recoverDeletedKey(hsm, 'orders')))
      deepEqual(listDeletedKeys(hsm).value, [])
    },
  })

  step({
    title: 'gives the name to another key',
    run: () => createKey(hsm, 'orders', { kty: 'EC-HSM' }),
    verifier: 'node:crypto',
    check: (bundle) => ok(!publicKeyOf(bundle).equals(publicKey), 'the purged key is back'),
  })
}

const day = (unixSeconds) => new Date(unixSeconds * 1000).toISOString().slice(0, 10)
