/** Randomness derived from an HSM's seed, for code around the HSM: a server, an enclave, the data of a test. */

import type { RandomSource } from '@pocket-hsm/crypto'
import { badParameter } from '../hsm-error.ts'
import { seededStream } from '../random/seeded-stream.ts'
import { engineOf, type Hsm } from './hsm.ts'

/**
 * Returns a random source derived from an HSM's seed, for use in surrounding code.
 *
 * The same seed and labels give the same bytes, and none that the HSM itself draws. Nothing in the HSM changes.
 *
 * @param labels - What it is for: each list of labels has a stream of its own, which begins anew at each call.
 * @returns A source that answers 0 to 65536 bytes at a call; `undefined` for an HSM without a seed, so that what takes
 *   a source takes its own.
 * @throws {@link HsmError} 400 `BadParameter` - no HSM, or a label that is neither text nor a number.
 *
 * @example
 * ```ts
 * import { createEnclaveKey, createHsm, deriveRandom } from 'pocket-hsm'
 *
 * const hsm = createHsm({ seed: 'orders test' })
 * const enclave = createEnclaveKey(deriveRandom(hsm, 'enclave'))
 * enclave.publicJwk.n === createEnclaveKey(deriveRandom(hsm, 'enclave')).publicJwk.n // true
 * ```
 */
export function deriveRandom(
  hsm: Hsm,
  ...labels: readonly (string | number)[]
): RandomSource | undefined {
  const { seed } = engineOf(hsm)
  if (!labels.every((label) => typeof label === 'string' || Number.isFinite(label))) {
    throw badParameter('A label must be a text or a number.')
  }
  return seed === undefined ? undefined : seededStream(seed, 'around', ...labels)
}
