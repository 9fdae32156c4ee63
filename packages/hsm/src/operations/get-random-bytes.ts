/** Get random bytes: POST /rng. */

import type { Hsm } from '../engine/hsm.ts'
import { runOperation } from '../engine/run-operation.ts'
import { hostRandom } from '../host.ts'
import { badParameter, printable } from '../hsm-error.ts'
import { seededStream } from '../random/seeded-stream.ts'

const MOST_BYTES = 128

/**
 * Returns random bytes: from the host's generator, or derived from the HSM's seed if it has one.
 *
 * @param count - How many bytes: 1 to 128.
 * @throws {@link HsmError} 400 `BadParameter` - a count outside that range, or a vault, which has no such
 *   operation.
 * @see Key Vault REST API, Get Random Bytes
 *
 * @example
 * ```ts
 * import { createHsm, getRandomBytes } from 'pocket-hsm'
 *
 * getRandomBytes(createHsm(), 32).length // 32
 * ```
 */
export function getRandomBytes(hsm: Hsm, count: number): Uint8Array {
  return runOperation(hsm, 'getRandomBytes', ({ engine }) => {
    if (!engine.profile.randomBytes) throw badParameter('A vault does not hand out random bytes.')
    if (!Number.isInteger(count) || count < 1 || count > MOST_BYTES) {
      throw badParameter(
        `count must be a whole number from 1 to ${MOST_BYTES}, not ${printable(count)}.`,
      )
    }
    if (engine.seed === undefined) return hostRandom(count)
    const { randomDraws } = engine.state
    engine.state = { ...engine.state, randomDraws: randomDraws + 1 }
    return seededStream(engine.seed, 'random bytes', randomDraws)(count)
  })
}
