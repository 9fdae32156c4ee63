/** The assertions of `pocket-hsm/testing` as matchers of `expect`. */

import type { Hsm } from '../engine/hsm.ts'
import {
  type CallFilter,
  type KeyUseOperation,
  type Verdict,
  verdictOnCalls,
  verdictOnUses,
} from '../testing/verdicts.ts'

/** What `expect(hsm)` has once the matchers are there. */
export interface HsmMatchers<Result = unknown> {
  /** Calls were made: this many, or at least one. See `assertCalled` and, with `.not`, `assertNeverCalled`. */
  toHaveCalled(filter: CallFilter, times?: number): Result
  /** A key was used for these operations and for nothing else. See `assertUsedOnlyFor`. */
  toHaveUsedOnlyFor(key: string, operations: readonly KeyUseOperation[]): Result
}

/** What a test runner passes to a matcher. */
interface MatcherState {
  readonly isNot?: boolean
}

/** What a matcher returns. */
interface MatcherResult {
  readonly pass: boolean
  readonly message: () => string
}

/**
 * The matchers, for `expect.extend(hsmMatchers)` of vitest or jest.
 *
 * If the trail has dropped entries, a matcher that it can no longer prove fails, with `.not` too.
 *
 * @example
 * ```ts
 * import { createHsm, createKey, wrapKey } from 'pocket-hsm'
 * import { hsmMatchers } from 'pocket-hsm/matchers/vitest'
 * import { expect, it } from 'vitest'
 *
 * expect.extend(hsmMatchers)
 *
 * it('wraps and never signs', () => {
 *   const hsm = createHsm()
 *   createKey(hsm, 'kek', { kty: 'oct-HSM' })
 *   wrapKey(hsm, 'kek', { alg: 'A256KW', value: new Uint8Array(32) })
 *   expect(hsm).toHaveUsedOnlyFor('kek', ['wrapKey'])
 *   expect(hsm).not.toHaveCalled({ operation: 'sign', key: 'kek' })
 * })
 * ```
 */
export const hsmMatchers: {
  toHaveCalled(this: MatcherState, hsm: Hsm, filter: CallFilter, times?: number): MatcherResult
  toHaveUsedOnlyFor(
    this: MatcherState,
    hsm: Hsm,
    key: string,
    operations: readonly KeyUseOperation[],
  ): MatcherResult
} = {
  toHaveCalled(hsm, filter, times) {
    return resultOf(this, verdictOnCalls(hsm, filter, times))
  },
  toHaveUsedOnlyFor(hsm, key, operations) {
    return resultOf(this, verdictOnUses(hsm, key, operations))
  },
}

/** With `.not` a test runner inverts `pass`: what is not known must fail there too. */
function resultOf(
  { isNot = false }: MatcherState,
  { holds, message, negatedMessage }: Verdict,
): MatcherResult {
  return { pass: holds ?? isNot, message: () => (isNot ? negatedMessage : message) }
}
