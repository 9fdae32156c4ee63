/** The identifier of an operation on a private endpoint. */

import type { Call } from '../engine/audit-context.ts'
import { newGuid } from '../random/guid.ts'
import { pooledRandom } from '../random/random-pool.ts'
import { seededStream } from '../random/seeded-stream.ts'
import { readEkm } from './read-ekm.ts'

/** Makes one: 32 hexadecimal digits in lower case; under a seed, from the one before, which is stored with the HSM. */
export function newOperationId(call: Call): string {
  const { seed } = call.engine
  const before = readEkm(call).operations.at(-1)?.id ?? ''
  const random = seed === undefined ? pooledRandom : seededStream(seed, 'private endpoint', before)
  return newGuid(random).replaceAll('-', '')
}
