/** Assertions on the history of an HSM: they throw, so they serve under any test runner. */

import type { Hsm } from '../engine/hsm.ts'
import { type CallFilter, type KeyUseOperation, verdictOnCalls, verdictOnUses } from './verdicts.ts'

/**
 * Asserts that calls were made, refused ones included unless `outcome` says otherwise.
 *
 * @param filter - Which calls.
 * @param times - How many: a whole number from 0 on. Defaults to at least one.
 * @throws Error `AssertionError` - there are more or fewer, or the trail has dropped the entries that would show it; the
 *   text lists the calls in question.
 *
 * @example
 * ```ts
 * import { createHsm, createKey, viewHsm } from 'pocket-hsm'
 * import { assertCalled } from 'pocket-hsm/testing'
 *
 * const hsm = createHsm()
 * createKey(viewHsm(hsm, { caller: 'alice' }), 'orders', { kty: 'EC-HSM' })
 * assertCalled(hsm, { operation: 'createKey', key: 'orders', caller: 'alice' }, 1)
 * ```
 */
export function assertCalled(hsm: Hsm, filter: CallFilter, times?: number): void {
  const { holds, message } = verdictOnCalls(hsm, filter, times)
  if (holds !== true) throw failure(message)
}

/**
 * Asserts that calls were never made, not even unsuccessfully.
 *
 * @param filter - Which calls; with `outcome: 'success'` refused ones do not count.
 * @throws Error `AssertionError` - there are some, or the trail has lost entries; the text lists the calls.
 *
 * @example
 * ```ts
 * import { createHsm, createKey } from 'pocket-hsm'
 * import { assertNeverCalled } from 'pocket-hsm/testing'
 *
 * const hsm = createHsm()
 * createKey(hsm, 'orders', { kty: 'EC-HSM' })
 * assertNeverCalled(hsm, { operation: 'sign', key: 'orders' })
 * ```
 */
export function assertNeverCalled(hsm: Hsm, filter: CallFilter): void {
  const { holds, negatedMessage } = verdictOnCalls(hsm, filter, undefined)
  if (holds !== false) throw failure(negatedMessage)
}

/**
 * Asserts that a key was used for these operations and for nothing else, not even unsuccessfully.
 *
 * Uses are encrypt, decrypt, sign, verify, wrapKey, unwrapKey, secureWrapKey, secureUnwrapKey and
 * releaseKey. Making, reading, changing, backing up and
 * deleting a key is no use of it.
 *
 * @param key - Its name, or a version of it: `name/version` or an identifier.
 * @param operations - For what it was to be used, and at least once; an empty list for a key that was not to be used.
 * @throws Error `AssertionError` - it was used for something else or not at all, or the trail has lost entries; the text
 *   lists the calls in question.
 *
 * @example
 * ```ts
 * import { createHsm, createKey, wrapKey } from 'pocket-hsm'
 * import { assertUsedOnlyFor } from 'pocket-hsm/testing'
 *
 * const hsm = createHsm()
 * createKey(hsm, 'kek', { kty: 'oct-HSM' })
 * wrapKey(hsm, 'kek', { alg: 'A256KW', value: new Uint8Array(32) })
 * assertUsedOnlyFor(hsm, 'kek', ['wrapKey', 'unwrapKey'])
 * ```
 */
export function assertUsedOnlyFor(
  hsm: Hsm,
  key: string,
  operations: readonly KeyUseOperation[],
): void {
  const { holds, message } = verdictOnUses(hsm, key, operations)
  if (holds !== true) throw failure(message)
}

/** An error with the name by which runners know a failed assertion. */
function failure(message: string): Error {
  return Object.assign(new Error(message), { name: 'AssertionError' })
}
